package io.h2session.examples;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Loads what a short run over TLS needs on a second thread, while the first one reads the command line and begins the event loop: it
 * reads the trust store, and makes the first message of a handshake, which is not sent. It uses classes of Java only, so that no two
 * threads initialize the same classes of Netty. A run is the same without it, and slower.
 */
final class TlsStart implements Runnable {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    /** Kept because Java keeps what it has read of its trust store only as long as it is in use. */
    private static TrustManagerFactory kept;

    private final boolean trustStore;

    private TlsStart(boolean trustStore) {
        this.trustStore = trustStore;
    }

    /** Begins if one of the arguments is a URL of https. */
    static void begin(String[] arguments) {
        boolean tls = false;
        boolean trustStore = true;
        for (String argument : arguments) {
            tls |= argument.startsWith("https:");
            trustStore &= !argument.equals("-k") && !argument.equals("--insecure") && !argument.startsWith("--cacert");
        }
        if (tls) {
            begin(trustStore);
        }
    }

    /** @param trustStore whether certificates will be verified by Java's trust store */
    static void begin(boolean trustStore) {
        if (!trustStore && System.getProperty(TRUST_STORE) == null) {
            // Netty reads it in any case, to find out what TLS can do here.
            System.setProperty(TRUST_STORE, "NONE");
        }
        Thread thread = new Thread(new TlsStart(trustStore), "tls start");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            if (trustStore) {
                readTrustStore();
            }
            makeHello();
        } catch (GeneralSecurityException | SSLException unusable) {
            // The connection will fail for the same reason, and say so.
        }
    }

    private static synchronized void readTrustStore() throws GeneralSecurityException {
        kept = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        kept.init((KeyStore) null);
    }

    private static void makeHello() throws GeneralSecurityException, SSLException {
        SSLContext context = SSLContext.getInstance("TLS");
        // Without trust managers, which would be made of the trust store: there is no peer here to be trusted.
        context.init(null, new TrustManager[0], null);
        SSLEngine engine = context.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }
}
