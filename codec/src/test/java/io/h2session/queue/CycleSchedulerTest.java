package io.h2session.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.StreamState;
import io.h2session.priority.Priority;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CycleSchedulerTest {
    private static final boolean INCREMENTAL = true;

    private final StreamTable table = new StreamTable();
    private final DataScheduler server = new CycleScheduler(true);
    private final DataScheduler client = new CycleScheduler(false);

    @Test
    void onAServerWhoSentLessGoesFirst() {
        Stream large = add(server, 1, 3, INCREMENTAL);
        Stream small = add(server, 3, 3, INCREMENTAL);
        assertThat(turn(server, 1000)).isSameAs(large);
        assertThat(turn(server, 400)).isSameAs(small);
        assertThat(turn(server, 400)).isSameAs(small);
        assertThat(turn(server, 400)).isSameAs(small);
        assertThat(turn(server, 400)).isSameAs(large);
    }

    @Test
    void onAClientBodiesOfOneUrgencyGoOneAfterTheOther() {
        Stream first = add(client, 1, 3, INCREMENTAL);
        Stream second = add(client, 3, 3, INCREMENTAL);
        assertThat(turn(client, 1000)).isSameAs(first);
        assertThat(turn(client, 1000)).isSameAs(first);
        client.remove(first, BodyState.NONE);
        assertThat(turn(client, 1000)).isSameAs(second);
    }

    @Test
    void ofEqualCyclesTheStreamThatWasCreatedFirstGoesFirst() {
        Stream first = made(1, 3, !INCREMENTAL);
        Stream second = made(3, 3, !INCREMENTAL);
        server.add(second);
        server.add(first);
        assertThat(turn(server, 1000)).isSameAs(first);
        assertThat(turn(server, 1000)).isSameAs(first);
    }

    @Test
    void theMoreUrgentGoFirstWhateverTheySent() {
        add(server, 1, 3, INCREMENTAL);
        Stream urgent = add(server, 3, 1, INCREMENTAL);
        for (int i = 0; i < 3; i++) {
            assertThat(turn(server, 10_000)).isSameAs(urgent);
        }
    }

    @Test
    void aStreamThatComesBackWaitsForWhatItsLastFrameCost() {
        Stream back = add(server, 1, 3, INCREMENTAL);
        Stream other = add(server, 3, 3, INCREMENTAL);
        assertThat(turn(server, 1000)).isSameAs(back);
        server.remove(back, BodyState.DEFERRED);
        server.add(back);
        List<Stream> turns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            turns.add(turn(server, 400));
        }
        assertThat(turns).containsExactly(other, other, other, back);
    }

    @Test
    void anotherUrgencyMovesAStreamToAnotherLine() {
        Stream first = add(server, 1, 3, INCREMENTAL);
        Stream second = add(server, 3, 3, INCREMENTAL);
        second.priority(Priority.of(0, INCREMENTAL));
        server.reprioritized(second);
        assertThat(server.next()).isSameAs(second);
        server.remove(second, BodyState.NONE);
        assertThat(server.next()).isSameAs(first);
        assertThat(server.size()).isEqualTo(1);
    }

    private static Stream turn(DataScheduler scheduler, int bytes) {
        Stream stream = scheduler.next();
        scheduler.frameMade(stream, bytes);
        scheduler.frameSent(stream);
        return stream;
    }

    private Stream add(DataScheduler scheduler, int id, int urgency, boolean incremental) {
        Stream stream = made(id, urgency, incremental);
        scheduler.add(stream);
        return stream;
    }

    private Stream made(int id, int urgency, boolean incremental) {
        Stream stream = new Stream(id, StreamState.OPEN, 0, 0);
        stream.priority(Priority.of(urgency, incremental));
        table.add(stream);
        return stream;
    }
}
