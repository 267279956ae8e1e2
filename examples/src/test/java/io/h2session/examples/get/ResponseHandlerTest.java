package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Deadline;
import io.h2session.api.Http2Timeouts;
import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of a connection that failed. */
class ResponseHandlerTest {
    private static String failure(String reason) {
        ResponseHandler handler = new ResponseHandler(Http2Timeouts.SAFE);
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        channel.pipeline().fireUserEventTriggered(new Http2SessionEvent.SessionError(reason));
        return handler.failure();
    }

    @ParameterizedTest
    @EnumSource(value = Http2Deadline.class, mode = EnumSource.Mode.EXCLUDE, names = "KEEP_ALIVE")
    void aServerThatIsSlowHasBrokenNoRule(Http2Deadline deadline) {
        assertThat(failure(deadline.reason())).doesNotContain("broke");
    }

    @ParameterizedTest
    @CsvSource({
        "handshake_timeout, no answer within 10 s",
        "stream_read_timeout, the response has stopped for 30 s",
        "stream_write_timeout, the server has read nothing of the request for 60 s",
        "connection_window_timeout, the server has read nothing of the request for 60 s"
    })
    void whatItHasNotDoneIsSaid(String reason, String said) {
        assertThat(failure(reason)).isEqualTo(said);
    }

    @Test
    void aRuleThatWasBrokenIsNamed() {
        assertThat(failure("zero_window_update")).isEqualTo("the server broke the protocol: zero_window_update");
    }
}
