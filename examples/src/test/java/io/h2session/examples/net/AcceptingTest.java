package io.h2session.examples.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many connections a listening socket accepts, and what it does when it cannot. */
class AcceptingTest {
    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

    /** The listening socket; what it hands on comes out of it. */
    private EmbeddedChannel listening(int maxConnections) {
        return new EmbeddedChannel(
                new Accepting("h2session serve", maxConnections, new PrintStream(complaints, true, UTF_8)));
    }

    private static EmbeddedChannel accept(EmbeddedChannel listening) {
        EmbeddedChannel connection = new EmbeddedChannel();
        listening.writeInbound(connection);
        assertThat(listening.<Object>readInbound()).isSameAs(connection);
        return connection;
    }

    private static void close(EmbeddedChannel connection, EmbeddedChannel listening) {
        connection.close();
        listening.runPendingTasks();
    }

    @Test
    void acceptsAsManyAsThereMayBeAndTheNextWhenOneHasClosed() {
        EmbeddedChannel listening = listening(2);
        EmbeddedChannel first = accept(listening);
        assertThat(listening.config().isAutoRead()).isTrue();
        accept(listening);
        assertThat(listening.config().isAutoRead()).isFalse();

        close(first, listening);

        assertThat(listening.config().isAutoRead()).isTrue();
        accept(listening);
        assertThat(listening.config().isAutoRead()).isFalse();
    }

    @Test
    void aFailureGoesNoFurtherAndIsComplainedOfOnce() {
        EmbeddedChannel listening = listening(100);
        EmbeddedChannel connection = accept(listening);

        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));

        listening.checkException();
        assertThat(listening.config().isAutoRead()).isFalse();
        assertThat(complaints.toString(UTF_8)).containsOnlyOnce("cannot accept a connection: Too many open files");

        close(connection, listening);
        assertThat(listening.config().isAutoRead()).isTrue();
    }

    @Test
    void afterAFailureItTriesAgainThoughNoConnectionCloses() {
        EmbeddedChannel listening = listening(100);
        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(listening.config().isAutoRead()).isFalse();

        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();

        assertThat(listening.config().isAutoRead()).isTrue();
    }

    @Test
    void aFailureDoesNotLetInMoreThanThereMayBe() {
        EmbeddedChannel listening = listening(1);
        accept(listening);
        listening.pipeline().fireExceptionCaught(new IOException("Connection aborted"));

        listening.advanceTimeBy(1, TimeUnit.SECONDS);
        listening.runScheduledPendingTasks();

        assertThat(listening.config().isAutoRead()).isFalse();
    }

    @Test
    void theUsualNumberLeavesDescriptorsForFiles() {
        assertThat(Accepting.fitting()).isBetween(1, 10_000);
    }
}
