package io.h2session.examples;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/**
 * Uses what most commands use, and exits: a server in TLS and one in cleartext, and requests to both, with and without verification of
 * the certificate. {@code bin/h2session} makes the archive of classes from such a run.
 */
final class StartUp {
    private static final String LISTENING = "listening on ";

    private StartUp() {}

    /** Exits with status 0 if every request was answered. */
    public static void main(String[] arguments) throws InterruptedException {
        TlsStart.begin(true);
        String cleartext = serve("--port", "0");
        String tls = serve("--port", "0", "--tls");
        boolean answered = get("-n", "-s", "-w", "%{http_code}", cleartext + "/hello")
                && get("-k", "-n", "--json", "-d", "body", tls + "/echo")
                && !get(tls + "/hello") // its certificate is not trusted
                && get("-n", "100", "-m", "10", cleartext + "/bytes/10000");
        System.exit(answered ? 0 : 1);
    }

    private static boolean get(String... options) {
        CommandLine line = Main.commandLine("get").setOut(new PrintWriter(Writer.nullWriter()));
        return line.execute(words("get", options)) == 0;
    }

    /** Starts a server that lives until the program ends, and returns its URL. */
    private static String serve(String... options) throws InterruptedException {
        FirstLine said = new FirstLine();
        CommandLine line = Main.commandLine("serve").setOut(new PrintWriter(said, true));
        Thread server = new Thread(() -> line.execute(words("serve", options)), "serve");
        server.setDaemon(true);
        server.start();
        return said.get().substring(LISTENING.length());
    }

    private static String[] words(String command, String... options) {
        String[] words = new String[options.length + 1];
        words[0] = command;
        System.arraycopy(options, 0, words, 1, options.length);
        return words;
    }

    /** Waits for the first line that is written. */
    private static final class FirstLine extends Writer {
        private final StringBuilder text = new StringBuilder();
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void write(char[] characters, int from, int count) {
            synchronized (text) {
                text.append(characters, from, count);
                if (text.indexOf("\n") >= 0) {
                    ended.countDown();
                }
            }
        }

        String get() throws InterruptedException {
            ended.await();
            synchronized (text) {
                return text.toString().strip();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
