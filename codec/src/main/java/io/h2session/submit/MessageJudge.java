package io.h2session.submit;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.hpack.HeaderList;
import io.h2session.message.BlockKind;
import io.h2session.message.OutboundRules;
import io.h2session.message.RequestKind;
import io.h2session.message.SubmittedPhase;
import io.h2session.stream.Stream;

/**
 * Checks whether the parts of submitted messages are well formed and in order (RFC 9113 section 8.1). A part that is
 * refused leaves the stream's phase unchanged. The length of a body is checked when it is sent.
 */
final class MessageJudge {
    private final Connection connection;
    private final OutboundRules rules;
    private final boolean fields;
    private final boolean order;

    // The response that passed the check last: many applications submit the same list again and again.
    private HeaderList judgedResponse;
    private RequestKind judgedRequest;
    private boolean judgedEnd;
    private boolean informational;
    private boolean noContent;
    private boolean tunnel;
    private long contentLength;

    MessageJudge(Connection connection) {
        this.connection = connection;
        rules = new OutboundRules(connection.messageRules(), !connection.role().isServer());
        fields = connection.options().validateOutbound();
        order = connection.judgesOutbound();
    }

    void request(HeaderList headers, boolean endStream) {
        block(headers, BlockKind.REQUEST, RequestKind.NORMAL, endStream);
    }

    /** A promised request. Returns its kind, which decides what the response may contain. */
    RequestKind promise(HeaderList headers) {
        block(headers, BlockKind.PROMISED_REQUEST, RequestKind.NORMAL, true);
        return order ? rules.requestKind() : RequestKind.NORMAL;
    }

    /**
     * A response, informational or final.
     *
     * @param stream null if there is none; then the response is refused when its turn to be sent comes
     * @param hasBody whether a body is submitted with it
     * @return whether its header block ends the stream: there is no content, or there may not be any
     */
    boolean response(Stream stream, HeaderList headers, boolean endStream, boolean hasBody) {
        RequestKind request =
                stream == null ? RequestKind.NORMAL : stream.inbound().requestKind();
        if (headers != judgedResponse || request != judgedRequest || endStream != judgedEnd) {
            judgeResponse(headers, request, endStream);
        }
        if (!order) {
            return endStream;
        }
        refuse(informational && hasBody ? "content_in_informational" : null);
        if (stream == null) {
            return endStream || noContent;
        }
        refuse(stream.submitted().responseProblem(informational));
        if (informational) {
            stream.submitted(SubmittedPhase.INFORMATIONAL);
        } else if (endStream) {
            stream.submitted(SubmittedPhase.ENDED);
        } else if (noContent) {
            stream.submitted(SubmittedPhase.NO_CONTENT);
        } else {
            stream.submitted(tunnel ? SubmittedPhase.TUNNEL : SubmittedPhase.CONTENT);
            stream.contentLeft(contentLength);
        }
        return endStream || noContent;
    }

    private void judgeResponse(HeaderList headers, RequestKind request, boolean endStream) {
        judgedResponse = null;
        block(headers, BlockKind.RESPONSE, request, endStream);
        judgedResponse = headers;
        judgedRequest = request;
        judgedEnd = endStream;
        if (order) {
            informational = rules.informational();
            noContent = rules.noContent();
            tunnel = rules.opensTunnel();
            contentLength = rules.contentLength();
        }
    }

    /** Trailers. Returns false if they are to be dropped. */
    boolean trailers(int streamId, Stream stream, RequestKind request, HeaderList trailers, boolean endStream) {
        block(trailers, BlockKind.TRAILERS, request, endStream);
        if (!order || stream == null) {
            return !connection.lifecycle().answeredWithoutContent(streamId);
        }
        refuse(stream.submitted().trailersProblem());
        boolean dropped = stream.submitted() == SubmittedPhase.NO_CONTENT && !stream.resetQueued();
        stream.submitted(SubmittedPhase.ENDED);
        return !dropped;
    }

    /** DATA. Returns false if it is to be dropped. */
    boolean data(Stream stream) {
        if (!order) {
            return true;
        }
        refuse(stream.submitted().dataProblem());
        return stream.submitted() != SubmittedPhase.NO_CONTENT || stream.resetQueued();
    }

    private void block(HeaderList headers, BlockKind kind, RequestKind request, boolean endStream) {
        String problem = fields
                ? rules.problem(headers, kind, request, connection.remote().enableConnectProtocol(), endStream)
                : null;
        if (problem != null) {
            throw new Http2SubmitException(Reason.HTTP_HEADER, problem, "malformed header fields: " + problem);
        }
    }

    /** Throws if there is a problem. */
    static void refuse(String problem) {
        if (problem != null) {
            throw new Http2SubmitException(Reason.INVALID_STATE, problem, "out of order in the message: " + problem);
        }
    }
}
