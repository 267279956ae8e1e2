package io.h2session.examples.get;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The style sheets, icons, scripts and images that an HTML page links to. */
final class Assets {
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern TAG =
            Pattern.compile("<(link|script|img)\\s((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", Pattern.CASE_INSENSITIVE);
    private static final Pattern ATTRIBUTE = Pattern.compile(
            "(?<![\\w-])(rel|href|src)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+))", Pattern.CASE_INSENSITIVE);

    private Assets() {}

    /** Those of the same origin as the page, in their order, each once. */
    static List<Target> of(Target page, String html) {
        List<Target> assets = new ArrayList<>();
        Matcher tags = TAG.matcher(COMMENT.matcher(html).replaceAll(""));
        while (tags.find()) {
            String link = link(tags.group(1).toLowerCase(Locale.ROOT), tags.group(2));
            Target target = link == null ? null : resolve(page, link);
            if (target != null && target.origin().equals(page.origin()) && !assets.contains(target)) {
                assets.add(target);
            }
        }
        return assets;
    }

    private static String link(String tag, String attributes) {
        String rel = "";
        String link = null;
        String wanted = tag.equals("link") ? "href" : "src";
        Matcher matcher = ATTRIBUTE.matcher(attributes);
        while (matcher.find()) {
            String value = value(matcher);
            if (matcher.group(1).equalsIgnoreCase("rel")) {
                rel = " " + value.toLowerCase(Locale.ROOT) + " ";
            } else if (matcher.group(1).equalsIgnoreCase(wanted)) {
                link = value;
            }
        }
        boolean needed = !tag.equals("link") || rel.contains(" stylesheet ") || rel.contains(" icon ");
        return !needed || link == null || link.isEmpty() ? null : link;
    }

    private static String value(Matcher attribute) {
        for (int group = 2; group <= 4; group++) {
            if (attribute.group(group) != null) {
                return attribute.group(group).strip().replace("&amp;", "&");
            }
        }
        return "";
    }

    /** Null for what is no URL of HTTP. */
    private static Target resolve(Target page, String link) {
        try {
            URI uri = URI.create(page.url()).resolve(link);
            String fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
            String whole = uri.toString();
            return Target.parse(whole.substring(0, whole.length() - fragment.length()));
        } catch (IllegalArgumentException noUrl) {
            return null;
        }
    }
}
