package io.h2session.netty;

import io.h2session.Http2Session;

/** What has to be looked at after whatever happened to the session: whether it is over, and what is due next. */
final class SessionUpkeep {
    private final Http2Session session;
    private final SessionClosing closing;
    private final BodyPieces pieces;
    private final FactUpdates facts;
    private final Retirement retirement;
    private final SessionTimer timer;

    SessionUpkeep(
            Http2Session session,
            SessionClosing closing,
            Retirement retirement,
            BodyPieces pieces,
            FactUpdates facts,
            SessionTimer timer) {
        this.session = session;
        this.facts = facts;
        this.retirement = retirement;
        this.closing = closing;
        this.pieces = pieces;
        this.timer = timer;
    }

    /** Ends the session if it has nothing more to do, tells what has changed, and sets the timer. */
    void endIfDone() {
        retirement.check();
        closing.endIfDone();
        facts.tell();
        setTimer();
    }

    /** Sets the timer for the earliest deadline: there may be an earlier one than before. */
    void setTimer() {
        long due = Math.min(closing.nextDeadline(), Math.min(retirement.nextDeadline(), pieces.nextDeadline()));
        if (session.mayBeDueBefore(timer.setFor())) {
            due = Math.min(due, session.nextDeadline());
        }
        timer.fireBy(due);
    }
}
