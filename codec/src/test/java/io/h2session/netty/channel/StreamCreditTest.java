package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When what a stream has read gives window credit. Windows are 1000 bytes, and credit is told from half of that on. */
class StreamCreditTest {
    private static StreamsEnd end(CreditMode mode, boolean autoRead) {
        StreamsEnd end =
                StreamsEnd.server(options(builder -> builder.initialWindowSize(1000)), builder -> builder.childOption(
                                StreamChannelOption.CREDIT_MODE, mode)
                        .childOption(ChannelOption.AUTO_READ, autoRead));
        end.receive(end.say().request(1, false, "/a"));
        if (!autoRead) {
            end.child(0).read();
        }
        end.sent();
        return end;
    }

    private static List<String> data(StreamsEnd end, int length) {
        end.receive(end.say().data(1, new byte[length], false));
        return end.sent();
    }

    @Test
    void byDefaultReadingGivesCreditWhetherBuffersAreReleasedOrNot() {
        try (StreamsEnd end = end(CreditMode.NEXT_READ, true)) {
            end.log(0).keeps = true;
            for (int i = 0; i < 1000; i++) {
                assertThat(data(end, 600)).contains("WINDOW_UPDATE 1 +600");
            }
            assertThat(end.log(0).bytes).isEqualTo(600_000);
            end.log(0).releaseKept();
            assertThat(end.sent()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void paddingIsCreditedToo(CreditMode mode) {
        try (StreamsEnd end = end(mode, true)) {
            for (int i = 0; i < 10; i++) {
                end.receive(end.say().data(1, new byte[350], false, 250));
                if (mode == CreditMode.MANUAL) {
                    end.child(0).consume(350);
                }
                assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +600");
            }
            assertThat(end.log(0).bytes).isEqualTo(3500);
        }
    }

    @Test
    void withoutAnotherReadThereIsNoCreditThoughTheBufferWasReleased() {
        try (StreamsEnd end = end(CreditMode.NEXT_READ, false)) {
            end.child(0).read();
            assertThat(data(end, 600)).isEmpty();
            assertThat(end.log(0).bytes).isEqualTo(600);
            end.child(0).read();
            // Outside a read of the connection it is flushed, too.
            assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +600");
        }
    }

    @Test
    void whatWaitsToBeReadGivesNoCredit() {
        try (StreamsEnd end = end(CreditMode.NEXT_READ, false)) {
            assertThat(data(end, 600)).isEmpty();
            end.child(0).read();
            assertThat(end.sent()).isEmpty();
            assertThat(end.log(0).bytes).isEqualTo(600);
            end.child(0).read();
            assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +600");
        }
    }

    @Test
    void inReleaseModeCreditComesWithTheRelease() {
        try (StreamsEnd end = end(CreditMode.RELEASE, true)) {
            end.log(0).keeps = true;
            assertThat(data(end, 600)).isEmpty();
            end.log(0).releaseKept();
            assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +600");
        }
    }

    /** What the other side has not taken is not asked for again: the proxy holds no more than the two windows. */
    @Test
    void aProxyInReleaseModeWhoseOtherSideStallsStaysBounded() {
        try (StreamsEnd front = end(CreditMode.RELEASE, true);
                StreamsEnd back = StreamsEnd.client(builder -> builder, builder -> builder, 4, 5000)) {
            StreamChannel onward = back.open();
            onward.writeAndFlush(Http2SessionWrite.requestHead(onward.stream(), StreamsEnd.post("/")));
            front.log(0).keeps = true;
            front.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Data data) {
                    onward.writeAndFlush(data.content().retain()).addListener(taken -> data.release());
                }
            };
            int window = 1000;
            int said = 0;
            int idle = 0;
            while (idle < 3) {
                int more = Math.min(window, 250);
                window -= more;
                said += more;
                idle = more == 0 ? idle + 1 : 0;
                for (String frame : more == 0 ? front.sent() : data(front, more)) {
                    window += frame.startsWith("WINDOW_UPDATE 1 +") ? Integer.parseInt(frame.substring(17)) : 0;
                }
                back.sent();
            }
            assertThat(said).isBetween(5000, 5000 + 1000);
            assertThat(back.dataSent()).isEqualTo(5000);
            back.receive(back.say().windowUpdate(1, 5000));
            back.sent();
            assertThat(front.sent()).isNotEmpty().allMatch(frame -> frame.startsWith("WINDOW_UPDATE 1 +"));
            assertThat(back.dataSent()).isEqualTo(said);
        }
    }

    @Test
    void inManualModeCreditIsGivenByHandUpToWhatWasRead() {
        try (StreamsEnd end = end(CreditMode.MANUAL, true)) {
            StreamChannel child = end.child(0);
            assertThat(data(end, 900)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> child.consume(901));
            assertThatIllegalArgumentException().isThrownBy(() -> child.consume(-1));
            child.consume(600);
            assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +600");
            assertThat(child.write(Http2SessionWrite.consume(child.stream(), 301))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(child.write(Http2SessionWrite.consume(child.stream(), 300))
                            .isSuccess())
                    .isTrue();
            assertThatIllegalArgumentException().isThrownBy(() -> child.consume(1));
        }
    }

    @Test
    void leavingManualModeGivesWhatIsOwed() {
        try (StreamsEnd end = end(CreditMode.MANUAL, true)) {
            assertThat(data(end, 900)).isEmpty();
            end.child(0).config().setOption(StreamChannelOption.CREDIT_MODE, CreditMode.NEXT_READ);
            assertThat(end.sent()).containsExactly("WINDOW_UPDATE 1 +900");
            assertThat(data(end, 900)).containsExactly("WINDOW_UPDATE 1 +900");
            assertThatThrownBy(() -> end.child(0).consume(1)).isInstanceOf(UnsupportedOperationException.class);
            assertThat(end.child(0)
                            .write(Http2SessionWrite.consume(end.child(0).stream(), 1))
                            .cause())
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    /** The connection's window is 1 MiB: without what the channels give back it would not be enough. */
    @ParameterizedTest
    @EnumSource
    void aChannelThatIsClosedGivesTheConnectionsWindowBackWhatItHad(CreditMode mode) {
        try (StreamsEnd end = end(mode, false)) {
            for (int i = 1; i < 1500; i++) {
                int id = 2 * i + 1;
                end.receive(end.say().request(id, false, "/b"));
                StreamChannel child = end.child(i);
                child.read();
                // One piece is read and not credited, one waits.
                end.receive(end.say().data(id, new byte[400], false));
                child.read();
                end.receive(end.say().data(id, new byte[500], false));
                child.close();
                end.channel.runPendingTasks();
            }
            assertThat(end.session.session().effectiveReceived(0)).isLessThan(1024 * 1024);
            assertThat(end.sent()).noneMatch(frame -> frame.startsWith("GOAWAY"));
        }
    }

    /** Every one of a hundred streams is paused: the session answers all the same. */
    @Test
    void theSessionReadsOnWhenAllStreamsArePaused() {
        try (StreamsEnd end = end(CreditMode.NEXT_READ, false)) {
            for (int i = 1; i < 100; i++) {
                end.receive(end.say().request(2 * i + 1, false, "/").data(2 * i + 1, new byte[100], false));
            }
            end.receive(end.say().ping(5));
            assertThat(end.sent()).contains("PING ACK 5");
        }
    }
}
