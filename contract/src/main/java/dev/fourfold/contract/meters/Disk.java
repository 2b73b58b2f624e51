package dev.fourfold.contract.meters;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What there is for a store to fill: a size that somebody configured, or a folder on its volume where that is mounted here
 * too. Of a folder's volume the total is what the store takes and what is free, so that used / total comes to 1 when the
 * volume is full, whoever filled it.
 */
public final class Disk {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(Ki|Mi|Gi|Ti|)");
    private static final List<String> UNITS = List.of("", "Ki", "Mi", "Gi", "Ti");
    private static final int BITS_A_UNIT = 10;

    private final Store store;
    private final @Nullable Long size;
    private final @Nullable Path folder;

    private Disk(Store store, @Nullable Long size, @Nullable Path folder) {
        this.store = store;
        this.size = size;
        this.folder = folder;
    }

    /**
     * As somebody configured it.
     *
     * @param configured a number of bytes, also with Ki, Mi, Gi or Ti behind it; an absolute path; or nothing
     * @throws IllegalArgumentException for anything else
     */
    public static Disk of(Store store, String configured) {
        var text = configured.strip();
        if (text.isEmpty()) {
            return new Disk(store, null, null);
        }
        if (text.startsWith("/")) {
            return new Disk(store, null, Path.of(text));
        }
        var matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("The disk of " + store.label() + " is \"" + text
                    + "\": it should be a number of bytes such as 107374182400 or 100Gi, or an absolute path");
        }
        long unit = 1L << BITS_A_UNIT * UNITS.indexOf(matcher.group(2));
        return new Disk(store, Math.multiplyExact(Long.parseLong(matcher.group(1)), unit), null);
    }

    /** What the store takes, and the total where that is known. */
    public List<Figure> used(double bytes) throws IOException {
        return used(bytes, null);
    }

    /**
     * The same of a store that knows its volume.
     *
     * @param free what the store says is free there; counts where nothing is configured
     */
    public List<Figure> used(double bytes, @Nullable Double free) throws IOException {
        var figures = new ArrayList<Figure>();
        figures.add(Figure.of(Figure.Kind.DISK_USED, store, bytes));
        Double total = null;
        if (size != null) {
            total = (double) size;
        } else if (folder != null) {
            total = bytes + Files.getFileStore(folder).getUsableSpace();
        } else if (free != null) {
            total = bytes + free;
        }
        if (total != null) {
            figures.add(Figure.of(Figure.Kind.DISK_TOTAL, store, total));
        }
        return figures;
    }

    /** Of a store that is a folder and does not count what is in it: what is taken of its volume by anybody. */
    public static List<Figure> volumeOf(Store store, Path folder) throws IOException {
        FileStore volume = Files.getFileStore(folder);
        double used = volume.getTotalSpace() - volume.getUnallocatedSpace();
        return List.of(
                Figure.of(Figure.Kind.DISK_USED, store, used),
                Figure.of(Figure.Kind.DISK_TOTAL, store, used + volume.getUsableSpace()));
    }
}
