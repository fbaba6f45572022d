package bench;

import com.google.gson.Gson;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * What does indexing cost? CORPUS FOLDER WORDING MEMORY_BYTES [LIMIT]; prints the figures as JSON.
 *
 * <p>As benchmarks/building.py: the documents are in memory before the clock starts, and CPU time
 * is that of the process; here it includes the just-in-time compiler and the collector.
 */
final class Build {
  /** A line of the corpus. */
  record Article(String key, String title, String body, int day, String source) {}

  private Build() {}

  public static void main(String[] args) throws IOException {
    long limit = args.length > 4 ? Long.parseLong(args[4]) : Long.MAX_VALUE;
    Gson gson = new Gson();
    List<Article> articles;
    try (var lines = Files.lines(Path.of(args[0]))) {
      articles =
          lines
              .limit(limit)
              .map(line -> gson.fromJson(line, Article.class))
              .collect(Collectors.toList());
    }
    System.gc();
    long before = forgetPeak();
    var config = new IndexWriterConfig(Words.analyzer(args[2]));
    config.setRAMBufferSizeMB(Math.min(2047, Long.parseLong(args[3]) >> 20));
    config.setUseCompoundFile(false);
    double[] start = clocks();
    double[] built;
    double[] merged;
    long peak;
    try (var directory = FSDirectory.open(Path.of(args[1], "index"));
        var writer = new IndexWriter(directory, config)) {
      for (Article article : articles) {
        writer.addDocument(document(article));
      }
      writer.commit();
      peak = status("VmHWM") - before;
      built = clocks();
      writer.forceMerge(1);
      writer.commit();
      merged = clocks();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"cpu_s\": %f, \"wall_s\": %f, \"merge_cpu_s\": %f, \"merge_wall_s\": %f, \"peak_bytes\": %d}%n",
        built[0] - start[0],
        built[1] - start[1],
        merged[0] - built[0],
        merged[1] - built[1],
        peak);
  }

  private static Document document(Article article) {
    var document = new Document();
    document.add(new StringField("key", article.key, Field.Store.YES));
    document.add(new SortedDocValuesField("key", new BytesRef(article.key)));
    document.add(new TextField("title", article.title, Field.Store.YES));
    document.add(new TextField("body", article.body, Field.Store.YES));
    document.add(new IntField("day", article.day, Field.Store.YES));
    document.add(new StringField("source", article.source, Field.Store.YES));
    return document;
  }

  /** Processor and wall time, in seconds. */
  private static double[] clocks() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new double[] {system.getProcessCpuTime() / 1e9, System.nanoTime() / 1e9};
  }

  /** Begins a new peak of resident memory where Linux lets us; returns what is resident now. */
  private static long forgetPeak() throws IOException {
    Path file = Path.of("/proc/self/clear_refs");
    if (Files.isWritable(file)) {
      Files.writeString(file, "5");
    }
    return status("VmRSS");
  }

  private static long status(String name) throws IOException {
    Path file = Path.of("/proc/self/status");
    if (!Files.exists(file)) {
      return 0;
    }
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }
}
