package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The meters of the page about seeing into it are answered, and its versions are the project's. */
class SeeingPageTest {
    private static final Path TOP = Path.of("..");

    @Test
    void theMetersOfEachConnectionAreScraped() {
        SeeingGuide.Meters meters = new SeeingGuide.Meters();
        EmbeddedChannel one = new EmbeddedChannel(meters.session());
        EmbeddedChannel other = new EmbeddedChannel(meters.session());
        EmbeddedChannel scrapes = new EmbeddedChannel(new SeeingGuide.Scrapes(meters));
        scrapes.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/metrics"));
        one.runPendingTasks();
        other.runPendingTasks();
        scrapes.runPendingTasks();

        FullHttpResponse response = scrapes.readOutbound();
        assertThat(response.content().toString(StandardCharsets.UTF_8))
                .contains("h2session_connections{role=\"server\"} 2.0\n")
                .contains("h2session_pending_frames{role=\"server\"} ");
        response.release();
        one.finishAndReleaseAll();
        other.finishAndReleaseAll();
    }

    @Test
    void theVersionOfTheRegistryIsTheProjects() throws IOException {
        Matcher property =
                Pattern.compile("<micrometer.version>(.*)</").matcher(Files.readString(TOP.resolve("pom.xml")));
        assertThat(property.find()).isTrue();
        assertThat(Files.readString(TOP.resolve("docs/seeing-into-it.md")))
                .contains("<artifactId>micrometer-registry-prometheus</artifactId>\n  <version>" + property.group(1)
                        + "</version>");
    }
}
