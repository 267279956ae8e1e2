package io.h2session.examples.net;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Describes a failure in a few words. */
public final class Reason {
    /** The prefix that the native transport puts before the message of the system. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private Reason() {}

    /** One line, without the class name if the message is sufficient. */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return "unknown host";
        }
        if (cause instanceof ConnectTimeoutException) {
            return "the connection could not be made in time";
        }
        if (cause instanceof SslHandshakeTimeoutException) {
            return "the TLS handshake was not done in time";
        }
        if (cause instanceof ClosedChannelException) {
            return "the connection was closed";
        }
        if (cause instanceof ConnectException) {
            return line(cause).contains("refused") ? "connection refused" : line(cause);
        }
        if (cause instanceof NoSuchFileException) {
            return "no such file: " + line(cause);
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied: " + line(cause);
        }
        return tls(cause);
    }

    /** Why a file cannot be read, with its name. */
    public static String ofFile(Path file, IOException failure) {
        boolean named = failure instanceof NoSuchFileException || failure instanceof AccessDeniedException;
        return named ? of(failure) : file + ": " + line(failure);
    }

    private static String tls(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSslRecordException) {
                return "the server does not speak TLS";
            }
            if (cause instanceof CertificateException && failure instanceof SSLException) {
                return "the server's certificate is not trusted: " + line(cause);
            }
        }
        return failure instanceof SSLException ? "TLS failed: " + line(failure) : line(failure);
    }

    private static String line(Throwable cause) {
        String message = cause.getMessage();
        String text = message == null || message.isEmpty() ? cause.getClass().getSimpleName() : message;
        return NATIVE_CALL.matcher(text.lines().findFirst().orElse(text)).replaceFirst("");
    }
}
