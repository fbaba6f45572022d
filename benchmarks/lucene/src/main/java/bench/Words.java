package bench;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/** Which tokens does a text have? As each wording of the corpus wants it; no stop words. */
final class Words {
  private Words() {}

  static Analyzer analyzer(String wording) {
    return switch (wording) {
      case "plain" -> new WhitespaceAnalyzer();
      case "english" -> new EnglishAnalyzer(CharArraySet.EMPTY_SET);
      default -> throw new IllegalArgumentException("unknown wording: " + wording);
    };
  }
}
