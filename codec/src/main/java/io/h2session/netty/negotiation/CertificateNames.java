package io.h2session.netty.negotiation;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The names that a certificate covers (RFC 9110 section 4.3.4, RFC 9525): the names and addresses of its subjectAltName. The
 * common name of its subject is ignored, as browsers ignore it.
 *
 * @param names in lower case; a wildcard stands for exactly one label, the first
 * @param addresses IPv4 in 4 bytes, IPv6 in 16
 */
record CertificateNames(List<String> names, List<byte[]> addresses) {
    static final CertificateNames NONE = new CertificateNames(List.of(), List.of());

    // The types of a general name (RFC 5280 section 4.2.1.6).
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    static CertificateNames of(X509Certificate certificate) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException unreadable) {
            return NONE;
        }
        if (alternatives == null) {
            return NONE;
        }
        List<String> names = new ArrayList<>();
        List<byte[]> addresses = new ArrayList<>();
        for (List<?> alternative : alternatives) {
            if (alternative.get(1) instanceof String name) {
                int type = (Integer) alternative.get(0);
                byte[] address = type == IP_ADDRESS ? NetUtil.createByteArrayFromIpAddressString(name) : null;
                if (address != null) {
                    addresses.add(address);
                } else if (type == DNS_NAME) {
                    names.add(name.toLowerCase(Locale.ROOT));
                }
            }
        }
        return new CertificateNames(names, addresses);
    }

    /**
     * Whether the certificate covers a host.
     *
     * @param host in lower case, an IPv6 address without brackets
     */
    boolean cover(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address != null) {
            return addresses.stream().anyMatch(one -> Arrays.equals(one, address));
        }
        int dot = host.indexOf('.');
        boolean byWildcard = dot > 0 && names.contains("*" + host.substring(dot));
        return !host.startsWith("*") && (byWildcard || names.contains(host));
    }
}
