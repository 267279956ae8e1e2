package io.h2session.netty.inspect;

import io.h2session.api.Http2BudgetUse;
import io.h2session.api.Http2HeaderTable;
import io.h2session.api.Http2RunningDeadline;
import io.h2session.api.Http2SessionContext;
import io.h2session.hpack.HeaderField;
import java.util.List;

/** What a session tells of itself when it is asked: the deadlines that run, the budgets, and the tables of HPACK. */
final class EngineView {
    /** Sessions may have a deadline for each of many streams: those that are due first are shown. */
    private static final int MAX_DEADLINES = 20;

    private static final int MAX_ENTRIES = 100;

    /** RFC 7541 section 2.3.3: the indices up to here are those of the static table. */
    private static final int STATIC_TABLE_LENGTH = 61;

    private EngineView() {}

    /** On the event loop of the session. */
    static void write(Json json, Http2SessionContext session, ShownFields fields) {
        deadlines(json, session.runningDeadlines());
        json.array("budgets");
        for (Http2BudgetUse use : session.abuseBudgets()) {
            json.object()
                    .put("name", use.budget().name())
                    .put("used", use.used())
                    .put("limit", use.limit())
                    .put("perSecond", use.perSecond())
                    .end();
        }
        json.endArray().object("tables");
        table(json, "in", session.decoderTable(), fields);
        table(json, "out", session.encoderTable(), fields);
        json.end();
    }

    private static void deadlines(Json json, List<Http2RunningDeadline> running) {
        json.put("runningDeadlines", running.size()).array("deadlines");
        for (Http2RunningDeadline one : running.subList(0, Math.min(running.size(), MAX_DEADLINES))) {
            json.object()
                    .put("name", one.deadline().name())
                    .put("stream", one.streamId())
                    .put("left", one.leftNanos() / 1000)
                    .put("of", one.timeoutNanos() / 1000)
                    .put("held", one.held())
                    .end();
        }
        json.endArray();
    }

    private static void table(Json json, String direction, Http2HeaderTable table, ShownFields fields) {
        List<HeaderField> entries = table.fields();
        json.object(direction)
                .put("size", table.size())
                .put("capacity", table.capacity())
                .put("length", entries.size())
                .array("entries");
        for (int i = 0; i < Math.min(entries.size(), MAX_ENTRIES); i++) {
            HeaderField entry = entries.get(i);
            Field shown = fields.of(entry);
            json.object()
                    .put("index", STATIC_TABLE_LENGTH + 1 + i)
                    .put("size", entry.size())
                    .put("name", shown.name())
                    .put("value", shown.value())
                    .end();
        }
        json.endArray().end();
    }
}
