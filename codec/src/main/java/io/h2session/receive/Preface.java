package io.h2session.receive;

import io.h2session.api.Http2SessionResult;
import io.h2session.connection.FatalFault;
import io.h2session.frame.ClientPreface;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;

/** The bytes a client sends first (RFC 9113 section 3.4), compared as they arrive. */
public final class Preface {
    private int matched;

    /** The preface is expected, or not. */
    public Preface(boolean expected) {
        matched = expected ? 0 : ClientPreface.LENGTH;
    }

    /** Whether it has arrived. */
    public boolean complete() {
        return matched == ClientPreface.LENGTH;
    }

    /** Reads what belongs to it. */
    public void read(ByteBuf in) {
        while (matched < ClientPreface.LENGTH && in.isReadable()) {
            if (!ClientPreface.matches(matched, in.readByte())) {
                throw new FatalFault(
                        Http2SessionResult.BAD_CLIENT_MAGIC, ErrorCode.PROTOCOL_ERROR, "bad_client_preface");
            }
            matched++;
        }
    }
}
