package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream that is wanted no more by the time a connection's event loop comes to open it, and the place it had there. */
class OpeningTest {
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final PoolCore core = new PoolCore(
            PoolOptions.defaults(),
            loop.eventLoop(),
            initializer -> loop.newPromise(),
            ConnectionSetup.priorKnowledge(),
            () -> 0.5);
    private final PooledConnection connection = new PooledConnection(core);
    private final Slot slot = new Slot(connection.watch());

    @BeforeEach
    void give() {
        connection.give();
        connection.give();
    }

    @AfterEach
    void end() {
        loop.close();
    }

    @Test
    void aChannelThatIsCancelledMeanwhileGivesItsPlaceBack() {
        Promise<StreamChannel> promise = loop.eventLoop().newPromise();
        promise.cancel(false);
        new ChannelOpening(stream -> stream.handler(new ChannelInboundHandlerAdapter()), promise)
                .openOn(connection.watch(), slot);
        assertThat(connection.open()).isOne();
    }

    @Test
    void aRequestThatIsCancelledMeanwhileIsNotSentAndGivesItsPlaceBack() {
        Promise<Http2StreamHandle> promise = loop.eventLoop().newPromise();
        promise.cancel(false);
        Asked asked = new Asked("/0", true);
        new RequestOpening(core, asked, promise).openOn(connection.watch(), slot);
        assertThat(asked.sent).isZero();
        assertThat(connection.open()).isOne();
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        slot.release();
        slot.release();
        slot.operationComplete(loop.newSucceededFuture());
        assertThat(connection.open()).isOne();
    }
}
