package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which links of a page {@code -a} follows. */
class AssetsTest {
    private static final Target PAGE = Target.parse("http://site.test/dir/page.html?x");

    private static List<String> links(String html) {
        return Assets.of(PAGE, html).stream().map(Target::url).toList();
    }

    @Test
    void styleSheetsIconsScriptsAndImagesInTheirOrder() {
        assertThat(links("""
                <!DOCTYPE html><html><head>
                <link rel="stylesheet" href="style.css?a=1&amp;b=2">
                <LINK HREF='/icon.png' REL='shortcut icon'/>
                <script src=script.js></script>
                <script>if (a < b) { load("<none>"); }</script>
                </head><body><img alt="a > b" src="../image.png"> <img
                  src = "./dot.png" /></body></html>
                """))
                .containsExactly(
                        "http://site.test/dir/style.css?a=1&b=2",
                        "http://site.test/icon.png",
                        "http://site.test/dir/script.js",
                        "http://site.test/image.png",
                        "http://site.test/dir/dot.png");
    }

    @Test
    void otherLinksAndCommentsAreNotFollowed() {
        assertThat(links("""
                <a href="next.html"><link rel="next" href="two.html"><link href="none.css">
                <!-- <img src="old.png"> --><img data-src="lazy.png"><imgs src="x.png"><img src="bad url.png">
                <img src="data:image/png;base64,AAAA"><img src="">
                """)).isEmpty();
    }

    @Test
    void anotherOriginIsNotAsked() {
        assertThat(links("<img src='https://site.test/a'><img src='//other.test/b'><img src='//site.test:80/c'>"
                        + "<img src='http://site.test:81/d'>"))
                .containsExactly("http://site.test:80/c");
    }

    @Test
    void eachOnceAndWithoutItsFragment() {
        assertThat(links("<img src='a.svg#one'><img src='a.svg#two'><img src=a.svg>"))
                .containsExactly("http://site.test/dir/a.svg");
    }
}
