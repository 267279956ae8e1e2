package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.netty.inspect.Observed.Browser;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page, and what is answered. */
class InspectorHandlerTest {
    private final Observed observed = new Observed(builder -> builder);

    @AfterEach
    void close() {
        observed.close();
    }

    private static String part(String page, String tag) {
        Matcher found = Pattern.compile("<" + tag + ">(.*)</" + tag + ">", Pattern.DOTALL)
                .matcher(page);
        assertThat(found.find()).as(tag).isTrue();
        return found.group(1);
    }

    private static String hash(String text) throws Exception {
        return "'sha256-"
                + Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
                + "'";
    }

    @Test
    void thePageNeedsNothingElseAndMayLoadNothingElse() throws Exception {
        String answer = observed.browser().ask("/");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").contains("text/html; charset=utf-8", "no-store", "nosniff");
        assertThat(answer.lines().filter(line -> line.startsWith("content-security-policy: ")))
                .singleElement()
                .asString()
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
                .contains("script-src " + hash(part(answer, "script")))
                .contains("style-src " + hash(part(answer, "style")))
                .doesNotContain("unsafe", "http:", "*");
        String page = answer.substring(answer.indexOf("<!DOCTYPE html>"));
        assertThat(page)
                .contains("h2session inspector", "new EventSource")
                .doesNotContain("src=", "innerHTML", "@import", "url(")
                .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
        assertThat(page.replaceAll("href=\"(data:,|sessions)\"", "")).doesNotContain("href=\"");
    }

    @Test
    void headIsAnsweredWithoutContent() {
        Browser browser = observed.browser();
        browser.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(browser.read()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
        browser.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(browser.read()).contains("text/event-stream");
    }

    @Test
    void requestsThatAreNotForThisComputerAreForbiddenAndEndTheConnection() {
        Browser browser = observed.browser();
        browser.send("GET /sessions HTTP/1.1\r\nHost: evil.example\r\n\r\n");

        assertThat(browser.read()).startsWith("HTTP/1.1 403 Forbidden").contains("connection: close");
        assertThat(browser.channel.isOpen()).isFalse();
    }

    @Test
    void otherMethodsAreNotAllowed() {
        Browser browser = observed.browser();
        browser.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab");

        assertThat(browser.read()).startsWith("HTTP/1.1 405 Method Not Allowed");
    }

    @Test
    void whatIsMalformedIsRefused() {
        Browser browser = observed.browser();
        browser.send("GET / HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n");

        assertThat(browser.read()).startsWith("HTTP/1.1 400 Bad Request");
    }

    @Test
    void otherPathsAndSessionsAreNotFound() {
        assertThat(observed.browser().ask("/other")).startsWith("HTTP/1.1 404 Not Found");
        assertThat(observed.browser().ask("/session?session=1")).startsWith("HTTP/1.1 404 Not Found");
        assertThat(observed.browser().ask("/session?session=x")).startsWith("HTTP/1.1 404 Not Found");
        assertThat(observed.browser().ask("/session")).startsWith("HTTP/1.1 404 Not Found");
    }

    @Test
    void aConnectionIsUsedForMoreThanOneRequest() {
        Browser browser = observed.browser();

        assertThat(browser.ask("/")).startsWith("HTTP/1.1 200 OK");
        assertThat(browser.ask("/sessions")).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void aServerOfItsOwnAnswersWhatIsNotBelowThePrefix() {
        EmbeddedChannel channel = new EmbeddedChannel(observed.inspector.handler("/debug/"));
        FullHttpRequest other = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        channel.writeInbound(other, "another message");
        assertThat(channel.<Object>readInbound()).isSameAs(other);
        assertThat(channel.<Object>readInbound()).isEqualTo("another message");
        other.release();

        FullHttpRequest ours =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/debug/", Unpooled.buffer(1));
        ours.headers().set("host", "localhost");
        channel.writeInbound(ours);
        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(ours.refCnt()).isZero();
        assertThat(channel.outboundMessages()).hasSize(1);
        channel.finishAndReleaseAll();
    }

    @Test
    void aPrefixIsAPath() {
        assertThatThrownBy(() -> observed.inspector.handler("debug/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> observed.inspector.handler("/debug")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailureOfTheConnectionEndsItOrIsPassedOn() {
        Browser browser = observed.browser();
        browser.ask("/");
        browser.channel.pipeline().fireExceptionCaught(new IOException("reset"));
        assertThat(browser.channel.isOpen()).isFalse();

        EmbeddedChannel other = new EmbeddedChannel(new HttpServerCodec(), observed.inspector.handler("/debug/"));
        other.pipeline().fireExceptionCaught(new IOException("reset"));
        assertThat(other.isOpen()).isTrue();
        assertThatThrownBy(other::checkException).hasMessage("reset");
        other.finishAndReleaseAll();
    }

    @Test
    void watchingEndsWhenTheHandlerIsRemoved() {
        Browser browser = observed.browser();
        browser.ask("/events");
        browser.channel.pipeline().removeLast();
        observed.pass(1000);

        assertThat(browser.read()).isEmpty();
    }
}
