package io.h2session.receive;

import io.h2session.api.Http2SessionResult;
import io.h2session.connection.FatalFault;
import io.h2session.frame.ClientPreface;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;

/** Reads the bytes that a client sends first (RFC 9113 section 3.4), and compares them as they arrive. */
public final class Preface {
    private int matched;

    /** Without an expected preface there is nothing to read. */
    public Preface(boolean expected) {
        matched = expected ? 0 : ClientPreface.LENGTH;
    }

    /** Whether the preface has arrived. */
    public boolean complete() {
        return matched == ClientPreface.LENGTH;
    }

    /** Reads the bytes of the preface. */
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
