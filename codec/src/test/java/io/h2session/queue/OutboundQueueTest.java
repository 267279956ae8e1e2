package io.h2session.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.hpack.HeaderList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundQueueTest {
    private static final SettingsFrame SETTINGS = new SettingsFrame(false, List.of());

    private final OutboundQueue queue = new OutboundQueue();

    @Test
    void anEmptyQueueHasNothing() {
        assertThat(queue.poll(true)).isNull();
        assertThat(queue.drain()).isNull();
        assertThat(queue.pollFirstSettings()).isNull();
        assertThat(queue.hasSendable(true)).isFalse();
        assertThat(queue.opening(1)).isNull();
        assertThat(queue.size()).isZero();
    }

    @Test
    void lanesGoInTheirOrderAndEachFirstInFirstOut() {
        OutboundItem request = add(Lane.STREAM_OPENING, headers(1));
        OutboundItem second = add(Lane.STREAM_OPENING, headers(3));
        OutboundItem reset = add(Lane.REGULAR, new ResetFrame(5, 8));
        OutboundItem update = add(Lane.REGULAR, new WindowUpdateFrame(0, 10));
        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem ack = add(Lane.URGENT, SettingsFrame.ACK);

        assertThat(pollAll(true)).containsExactly(ping, ack, reset, update, request, second);
    }

    @Test
    void resetsAreTakenFromBetweenOtherFramesInTheirOrder() {
        OutboundItem update = add(Lane.REGULAR, new WindowUpdateFrame(0, 10));
        OutboundItem first = add(Lane.REGULAR, new ResetFrame(5, 8));
        OutboundItem trailers = add(Lane.REGULAR, headers(7));
        OutboundItem second = add(Lane.REGULAR, new ResetFrame(3, 8));

        assertThat(queue.pollReset()).isSameAs(first);
        OutboundItem third = add(Lane.REGULAR, new ResetFrame(1, 8));
        assertThat(queue.pollReset()).isSameAs(second);
        assertThat(queue.pollReset()).isSameAs(third);
        assertThat(queue.pollReset()).isNull();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(pollAll(true)).containsExactly(update, trailers);
    }

    @Test
    void theFirstSettingsGoBeforeAllThatWasSubmittedEarlier() {
        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem ack = add(Lane.URGENT, SettingsFrame.ACK);
        OutboundItem first = add(Lane.URGENT, SETTINGS);
        OutboundItem pingAfter = add(Lane.URGENT, new PingFrame(false, 2));
        OutboundItem second = add(Lane.URGENT, SETTINGS);

        assertThat(pollAll(true)).containsExactly(first, ping, ack, pingAfter, second);
    }

    @Test
    void laterSettingsWaitTheirTurn() {
        OutboundItem first = add(Lane.URGENT, SETTINGS);
        assertThat(queue.poll(true)).isSameAs(first);

        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem second = add(Lane.URGENT, SETTINGS);
        assertThat(queue.pollFirstSettings()).isNull();
        assertThat(pollAll(true)).containsExactly(ping, second);
    }

    @Test
    void theFirstSettingsCanBeTakenAlone() {
        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem settings = add(Lane.URGENT, SETTINGS);
        OutboundItem last = add(Lane.URGENT, new PingFrame(false, 2));

        assertThat(queue.pollFirstSettings()).isSameAs(settings);
        assertThat(queue.pollFirstSettings()).isNull();
        assertThat(pollAll(true)).containsExactly(ping, last);
    }

    @Test
    void theFirstSettingsThatWerePutBackIntoAnEmptyQueueGoFirstAndAlone() {
        OutboundItem settings = add(Lane.URGENT, SETTINGS);
        assertThat(queue.pollFirstSettings()).isSameAs(settings);
        queue.putBackFirstSettings(settings);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.hasSendable(false)).isTrue();

        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem ack = add(Lane.URGENT, SettingsFrame.ACK);
        assertThat(pollAll(true)).containsExactly(settings, ping, ack);
        assertThat(queue.size()).isZero();
    }

    @Test
    void theFirstSettingsThatWerePutBackGoBeforeWhatWaits() {
        OutboundItem ping = add(Lane.URGENT, new PingFrame(false, 1));
        OutboundItem settings = add(Lane.URGENT, SETTINGS);
        assertThat(queue.poll(true)).isSameAs(settings);
        queue.putBackFirstSettings(settings);
        assertThat(queue.pollFirstSettings()).isSameAs(settings);
        queue.putBackFirstSettings(settings);
        assertThat(pollAll(true)).containsExactly(settings, ping);

        OutboundItem later = add(Lane.URGENT, new PingFrame(false, 2));
        assertThat(pollAll(true)).containsExactly(later);
    }

    @Test
    void anAcknowledgementIsNotTheFirstSettings() {
        OutboundItem ack = add(Lane.URGENT, SettingsFrame.ACK);
        assertThat(queue.pollFirstSettings()).isNull();
        assertThat(queue.poll(true)).isSameAs(ack);
    }

    @Test
    void requestsWaitForThePeersLimit() {
        OutboundItem request = add(Lane.STREAM_OPENING, headers(1));
        assertThat(queue.hasSendable(false)).isFalse();
        assertThat(queue.poll(false)).isNull();
        assertThat(queue.hasSendable(true)).isTrue();
        assertThat(queue.poll(true)).isSameAs(request);
    }

    @Test
    void aCancelledRequestLeavesWhateverThePeersLimit() {
        OutboundItem first = add(Lane.STREAM_OPENING, headers(1));
        OutboundItem second = add(Lane.STREAM_OPENING, headers(3));
        OutboundItem third = add(Lane.STREAM_OPENING, headers(5));
        queue.cancelOpening(second, 8);
        assertThat(second.cancelled()).isTrue();
        assertThat(second.cancelCode()).isEqualTo(8);
        assertThat(queue.waitingToOpen()).isEqualTo(2);
        assertThat(queue.hasSendable(false)).isTrue();

        assertThat(queue.poll(false)).isSameAs(second);
        assertThat(queue.poll(false)).isNull();
        assertThat(queue.waitingToOpen()).isEqualTo(2);
        assertThat(pollAll(true)).containsExactly(first, third);
    }

    @Test
    void cancellingTwiceIsCancellingOnce() {
        OutboundItem request = add(Lane.STREAM_OPENING, headers(1));
        queue.cancelOpening(request, 8);
        queue.cancelOpening(request, 2);

        assertThat(request.cancelCode()).isEqualTo(8);
        assertThat(queue.waitingToOpen()).isZero();
        assertThat(queue.poll(false)).isSameAs(request);
        add(Lane.STREAM_OPENING, headers(3));
        assertThat(queue.hasSendable(false)).isFalse();
        assertThat(queue.waitingToOpen()).isOne();
    }

    @Test
    void aRequestCancelledWithCodeZeroIsCancelled() {
        OutboundItem request = add(Lane.STREAM_OPENING, headers(1));
        queue.cancelOpening(request, 0);
        assertThat(request.cancelled()).isTrue();
        assertThat(queue.poll(false)).isSameAs(request);
    }

    @Test
    void answersAreOwedWhoeverGivesThem() {
        add(Lane.URGENT, new PingFrame(true, 1));
        add(Lane.URGENT, SettingsFrame.ACK);
        add(Lane.URGENT, SETTINGS);
        assertThat(queue.owedReplies()).isEqualTo(2);
        queue.add(Lane.URGENT, OutboundItem.ofApplication(new PingFrame(true, 2)));
        queue.add(Lane.URGENT, OutboundItem.ofApplication(new PingFrame(false, 3)));
        assertThat(queue.owedReplies()).isEqualTo(3);

        pollAll(true);
        assertThat(queue.owedReplies()).isZero();
    }

    @Test
    void aWaitingRequestIsFoundByItsNumber() {
        OutboundItem first = add(Lane.STREAM_OPENING, headers(1));
        OutboundItem second = add(Lane.STREAM_OPENING, headers(3));
        assertThat(queue.opening(1)).isSameAs(first);
        assertThat(queue.opening(3)).isSameAs(second);
        assertThat(queue.opening(5)).isNull();
        queue.poll(true);
        assertThat(queue.opening(1)).isNull();
    }

    @Test
    void aBodyThatWaitsWithItsHeadersIsKnown() {
        OutboundItem response = OutboundItem.ofApplication(headers(1), DataSource.of(new byte[1]), null);
        OutboundItem request = OutboundItem.ofApplication(headers(3), DataSource.of(new byte[1]), "mine");
        queue.add(Lane.REGULAR, response);
        queue.add(Lane.STREAM_OPENING, request);
        add(Lane.STREAM_OPENING, headers(5));

        assertThat(queue.holdsBodyFor(1)).isTrue();
        assertThat(queue.holdsBodyFor(3)).isTrue();
        assertThat(queue.holdsBodyFor(5)).isFalse();
        assertThat(request.userData()).isEqualTo("mine");
        assertThat(response.takeBody()).isNotNull();
        assertThat(response.takeBody()).isNull();
        assertThat(queue.holdsBodyFor(1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void itAnswersAsThreeListsWould(long seed) {
        Random random = new Random(seed);
        List<OutboundItem> urgent = new ArrayList<>();
        List<OutboundItem> regular = new ArrayList<>();
        List<OutboundItem> opening = new ArrayList<>();
        boolean settingsSent = false;
        int nextId = 1;
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    OutboundItem own = OutboundItem.ofApplication(new PingFrame(false, i));
                    queue.add(Lane.URGENT, own);
                    urgent.add(own);
                    urgent.add(add(Lane.URGENT, new PingFrame(true, i)));
                }
                case 1 -> urgent.add(add(Lane.URGENT, random.nextBoolean() ? SETTINGS : SettingsFrame.ACK));
                case 2 -> regular.add(add(Lane.REGULAR, new ResetFrame(1, i)));
                case 3 -> {
                    opening.add(add(Lane.STREAM_OPENING, headers(nextId)));
                    nextId += 2;
                }
                case 4 -> {
                    if (!opening.isEmpty()) {
                        queue.cancelOpening(opening.get(random.nextInt(opening.size())), 8);
                    }
                }
                default -> {
                    boolean mayOpen = random.nextInt(3) == 0;
                    OutboundItem expected = next(urgent, regular, opening, settingsSent, mayOpen);
                    assertThat(queue.hasSendable(mayOpen)).isEqualTo(expected != null);
                    assertThat(queue.poll(mayOpen)).isSameAs(expected);
                    settingsSent |= isSettings(expected);
                    urgent.remove(expected);
                    regular.remove(expected);
                    opening.remove(expected);
                }
            }
            assertThat(queue.size()).isEqualTo(urgent.size() + regular.size() + opening.size());
            assertThat(queue.waitingToOpen()).isEqualTo((int)
                    opening.stream().filter(item -> !item.cancelled()).count());
            assertThat(queue.owedReplies()).isEqualTo((int) urgent.stream()
                    .filter(item -> item.frame().flags() == FrameFlags.ACK)
                    .count());
        }
    }

    private static OutboundItem next(
            List<OutboundItem> urgent,
            List<OutboundItem> regular,
            List<OutboundItem> opening,
            boolean settingsSent,
            boolean mayOpen) {
        ArrayDeque<OutboundItem> order = new ArrayDeque<>();
        if (!settingsSent) {
            urgent.stream().filter(OutboundQueueTest::isSettings).findFirst().ifPresent(order::add);
        }
        order.addAll(urgent);
        order.addAll(regular);
        opening.stream().filter(OutboundItem::cancelled).forEach(order::add);
        if (mayOpen) {
            order.addAll(opening);
        }
        return order.peek();
    }

    private static boolean isSettings(OutboundItem item) {
        return item != null && item.frame() == SETTINGS;
    }

    private OutboundItem add(Lane lane, Frame frame) {
        OutboundItem item = OutboundItem.ofSession(frame);
        queue.add(lane, item);
        return item;
    }

    private List<OutboundItem> pollAll(boolean mayOpen) {
        List<OutboundItem> items = new ArrayList<>();
        for (OutboundItem item = queue.poll(mayOpen); item != null; item = queue.poll(mayOpen)) {
            items.add(item);
        }
        assertThat(queue.size()).isZero();
        return items;
    }

    private static HeadersFrame headers(int streamId) {
        return new HeadersFrame(
                streamId, FrameFlags.END_HEADERS, 0, 0, HeadersCategory.REQUEST, null, HeaderList.of(":method", "GET"));
    }
}
