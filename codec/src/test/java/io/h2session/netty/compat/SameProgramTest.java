package io.h2session.netty.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One program, written for Netty's HTTP/2 codec, on either stack, each end of it. */
@Timeout(120)
class SameProgramTest {
    private static final int REQUESTS = 200;
    private static final int AT_A_TIME = 20;

    /** The request of a number: kinds take turns, and differ in their sizes. */
    private static ShopClient.Ask request(int number) {
        String at = "?" + number;
        String body = "body of " + number + ". ";
        return switch (number % 20) {
            case 0 -> ShopClient.whole(HttpMethod.GET, "/hello" + at, "");
            case 1 -> ShopClient.whole(HttpMethod.GET, "/large" + at, "");
            case 2 -> ShopClient.whole(HttpMethod.HEAD, "/hello" + at, "");
            case 3 -> ShopClient.whole(HttpMethod.POST, "/echo" + at, body.repeat(number + 1), "x-number", at);
            case 4 -> ShopClient.inPieces(HttpMethod.POST, "/echo" + at, body.repeat(100), 20 + number / 10);
            case 5 -> ShopClient.inPieces(HttpMethod.POST, "/echo" + at, body, 3, "x-sum", at, "x-end", "yes");
            case 6 -> ShopClient.inPieces(HttpMethod.PUT, "/echo" + at, body, number % 7);
            case 7 -> ShopClient.whole(HttpMethod.DELETE, "/gone" + at, "");
            case 8 -> ShopClient.whole(HttpMethod.GET, "/cached" + at, "", "if-none-match", "*");
            case 9 -> ShopClient.whole(HttpMethod.POST, "/echo" + at, body, "expect", "100-continue");
            case 10 ->
                ShopClient.whole(
                        HttpMethod.POST, "/echo" + at, "x".repeat(ShopServer.MAX_REQUEST + number), "a", "too long");
            case 11 -> ShopClient.whole(HttpMethod.GET, "/compressed" + at, "", "accept-encoding", "gzip");
            case 12 -> ShopClient.whole(HttpMethod.GET, "/compressed" + at, "", "accept-encoding", "identity");
            case 13 -> ShopClient.whole(HttpMethod.GET, "/trailers" + at, "", "te", "trailers");
            case 14 -> ShopClient.whole(HttpMethod.GET, "/missing" + at, "");
            case 15 -> ShopClient.whole(HttpMethod.GET, "/error" + at, "");
            case 16 -> ShopClient.whole(HttpMethod.GET, "/reset" + at, "");
            case 17 -> ShopClient.whole(HttpMethod.GET, "/refuse" + at, "");
            case 18 -> ShopClient.whole(HttpMethod.GET, "/hints" + at, "");
            default ->
                number % 40 == 19
                        ? ShopClient.whole(HttpMethod.OPTIONS, "*", "")
                        : ShopClient.whole(HttpMethod.PATCH, "/echo" + at, body, "cookie", "a=1; b=" + number);
        };
    }

    @Test
    void twoHundredRequestsHaveTheSameAnswersOnBothStacks() throws Exception {
        List<String> expected = answers(Stack.NETTY, Stack.NETTY);
        assertThat(expected).hasSize(REQUESTS).noneMatch(String::isEmpty);
        assertThat(expected.get(0)).startsWith("HTTP/1.1 200 OK").contains("hello /hello?0");
        assertThat(expected.get(9)).startsWith("HTTP/1.1 100 Continue").contains(" / HTTP/1.1 200 OK");
        assertThat(expected.get(10)).startsWith("HTTP/1.1 413");
        assertThat(expected.get(11)).contains("content-encoding=gzip").contains("compressed /compressed?11");
        assertThat(expected.get(13)).contains("x-done=yes");
        assertThat(expected.get(16)).isEqualTo("reset ENHANCE_YOUR_CALM");
        assertThat(expected.get(17)).isEqualTo("reset REFUSED_STREAM");
        assertThat(expected.get(18)).startsWith("HTTP/1.1 103").contains(" / HTTP/1.1 200 OK");

        assertSame(answers(Stack.H2SESSION, Stack.H2SESSION), expected);
        assertSame(answers(Stack.H2SESSION, Stack.NETTY), expected);
        assertSame(answers(Stack.NETTY, Stack.H2SESSION), expected);
    }

    private static void assertSame(List<String> answers, List<String> expected) {
        assertThat(answers).hasSameSizeAs(expected);
        for (int number = 0; number < expected.size(); number++) {
            assertThat(answers.get(number)).as("request " + number).isEqualTo(expected.get(number));
        }
    }

    private static List<String> answers(Stack server, Stack client) throws Exception {
        EventLoopGroup loops = EventLoops.nio(2);
        try {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(ShopServer.connection(server))
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            Channel connection = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(ShopClient.connection(client))
                    .connect(listening.localAddress())
                    .sync()
                    .channel();
            ShopClient asking = new ShopClient(client, connection);
            List<String> answers = new ArrayList<>();
            for (int first = 0; first < REQUESTS; first += AT_A_TIME) {
                List<CompletableFuture<String>> asked = new ArrayList<>();
                for (int number = first; number < first + AT_A_TIME; number++) {
                    asked.add(asking.ask(request(number)));
                }
                for (CompletableFuture<String> answer : asked) {
                    // Netty's clients begin with stream 3, ours with 1.
                    answers.add(answer.get(60, TimeUnit.SECONDS)
                            .replaceAll("x-http2-stream-id=[0-9]+", "x-http2-stream-id=n"));
                }
            }
            connection.close().sync();
            listening.close().sync();
            return answers;
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
