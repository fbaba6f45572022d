package bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.FSDirectory;

/**
 * How are questions answered, and how fast? FOLDER WORDING; a command a line, a line back.
 *
 * <ul>
 *   <li>{@code question TAB scope TAB limit TAB by_date TAB first TAB last TAB source TAB text}:
 *       its number
 *   <li>{@code answer TAB number}: keys between tabs, or a count where the limit is 0
 *   <li>{@code warm TAB milliseconds TAB numbers}: asks them again and again; an empty line
 *   <li>{@code time TAB numbers}: the nanoseconds of one call each
 *   <li>{@code delete TAB keys}: deletes documents; how many segments there are
 *   <li>{@code segments}: how many there are
 * </ul>
 */
final class Serve {
  private final FSDirectory directory;
  private final Analyzer analyzer;
  private final List<Question> questions = new ArrayList<>();
  private IndexSearcher searcher;

  private Serve(String folder, String wording) throws IOException {
    directory = FSDirectory.open(Path.of(folder, "index"));
    analyzer = Words.analyzer(wording);
    open();
  }

  public static void main(String[] args) throws Exception {
    var serve = new Serve(args[0], args[1]);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split("\t", -1);
      out.println(serve.reply(parts[0], Arrays.copyOfRange(parts, 1, parts.length)));
    }
  }

  private String reply(String command, String[] parts) throws Exception {
    return switch (command) {
      case "question" -> {
        questions.add(new Question(parts, analyzer));
        yield String.valueOf(questions.size() - 1);
      }
      case "answer" -> {
        Question question = questions.get(Integer.parseInt(parts[0]));
        yield question.limit() == 0
            ? String.valueOf(question.count(searcher))
            : String.join("\t", question.keys(searcher));
      }
      case "warm" -> warm(Long.parseLong(parts[0]), numbers(parts, 1));
      case "time" -> time(numbers(parts, 0));
      case "delete" -> delete(parts);
      case "segments" -> String.valueOf(searcher.getIndexReader().leaves().size());
      default -> throw new IllegalArgumentException("unknown command: " + command);
    };
  }

  private static int[] numbers(String[] parts, int from) {
    return Arrays.stream(parts).skip(from).mapToInt(Integer::parseInt).toArray();
  }

  private String warm(long milliseconds, int[] numbers) throws Exception {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    do {
      time(numbers);
    } while (System.nanoTime() < end);
    return "";
  }

  private String time(int[] numbers) throws Exception {
    long[] times = new long[numbers.length];
    for (int place = 0; place < numbers.length; place++) {
      Question question = questions.get(numbers[place]);
      long start = System.nanoTime();
      int found =
          question.limit() == 0 ? question.count(searcher) : question.keys(searcher).length;
      times[place] = System.nanoTime() - start;
      if (found < 0) {
        throw new IllegalStateException("keeps the call from being optimised away");
      }
    }
    return Arrays.stream(times).mapToObj(String::valueOf).collect(Collectors.joining("\t"));
  }

  private String delete(String[] keys) throws IOException {
    var config = new IndexWriterConfig(analyzer).setMergePolicy(NoMergePolicy.INSTANCE);
    try (var writer = new IndexWriter(directory, config)) {
      writer.deleteDocuments(
          Arrays.stream(keys).map(key -> new Term("key", key)).toArray(Term[]::new));
      writer.commit();
    }
    open();
    return String.valueOf(searcher.getIndexReader().leaves().size());
  }

  private void open() throws IOException {
    searcher = new IndexSearcher(DirectoryReader.open(directory));
    searcher.setQueryCache(null);
  }
}
