#include "names.h"

#include "text.h"
#include <nghttp2/nghttp2.h>

const char *result_name(long result) {
#define ERROR(name) {NGHTTP2_ERR_##name, "ERR_" #name}
    static const struct {
        int code;
        const char *name;
    } errors[] = {
        ERROR(INVALID_ARGUMENT), ERROR(BUFFER_ERROR), ERROR(UNSUPPORTED_VERSION), ERROR(WOULDBLOCK), ERROR(PROTO),
        ERROR(INVALID_FRAME), ERROR(EOF), ERROR(DEFERRED), ERROR(STREAM_ID_NOT_AVAILABLE), ERROR(STREAM_CLOSED),
        ERROR(STREAM_CLOSING), ERROR(STREAM_SHUT_WR), ERROR(INVALID_STREAM_ID), ERROR(INVALID_STREAM_STATE),
        ERROR(DEFERRED_DATA_EXIST), ERROR(START_STREAM_NOT_ALLOWED), ERROR(GOAWAY_ALREADY_SENT),
        ERROR(INVALID_HEADER_BLOCK), ERROR(INVALID_STATE), ERROR(TEMPORAL_CALLBACK_FAILURE), ERROR(FRAME_SIZE_ERROR),
        ERROR(HEADER_COMP), ERROR(FLOW_CONTROL), ERROR(INSUFF_BUFSIZE), ERROR(PAUSE),
        ERROR(TOO_MANY_INFLIGHT_SETTINGS), ERROR(PUSH_DISABLED), ERROR(DATA_EXIST), ERROR(SESSION_CLOSING),
        ERROR(HTTP_HEADER), ERROR(HTTP_MESSAGING), ERROR(REFUSED_STREAM), ERROR(INTERNAL), ERROR(CANCEL),
        ERROR(SETTINGS_EXPECTED), ERROR(TOO_MANY_SETTINGS), ERROR(FATAL), ERROR(NOMEM), ERROR(CALLBACK_FAILURE),
        ERROR(BAD_CLIENT_MAGIC), ERROR(FLOODED), {-905, "ERR_TOO_MANY_CONTINUATIONS"},
    };
    for (size_t i = 0; i < LENGTH(errors); i++) {
        if (result == errors[i].code) {
            return errors[i].name;
        }
    }
    return result == 0 ? "OK" : number_text("%ld", result);
}

const char *code_name(uint32_t code) {
    static const char *const names[] = {
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    };
    return code < LENGTH(names) ? names[code] : number_text("0x%lx", code);
}

const char *type_name(uint8_t type) {
    static const char *const names[] = {
        [NGHTTP2_DATA] = "DATA", [NGHTTP2_HEADERS] = "HEADERS", [NGHTTP2_PRIORITY] = "PRIORITY",
        [NGHTTP2_RST_STREAM] = "RST_STREAM", [NGHTTP2_SETTINGS] = "SETTINGS", [NGHTTP2_PUSH_PROMISE] = "PUSH_PROMISE",
        [NGHTTP2_PING] = "PING", [NGHTTP2_GOAWAY] = "GOAWAY", [NGHTTP2_WINDOW_UPDATE] = "WINDOW_UPDATE",
        [NGHTTP2_CONTINUATION] = "CONTINUATION", [NGHTTP2_ALTSVC] = "ALTSVC", [NGHTTP2_ORIGIN] = "ORIGIN",
        [NGHTTP2_PRIORITY_UPDATE] = "PRIORITY_UPDATE",
    };
    return type < LENGTH(names) && names[type] ? names[type] : number_text("EXT_%02lx", type);
}

const char *category_name(int category) {
    static const char *const names[] = {"REQUEST", "RESPONSE", "PUSH_RESPONSE", "HEADERS"};
    return names[category];
}
