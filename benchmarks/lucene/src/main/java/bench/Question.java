package bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.classic.MultiFieldQueryParser;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;

/** One question: its text is parsed in every call, as a user's would be. */
final class Question {
  private static final float TITLE_WEIGHT = 2.0f; // benchmarks/question.py
  private static final Sort NEWEST =
      new Sort(new SortedNumericSortField("day", SortField.Type.INT, true));

  private final QueryParser parser;
  private final int limit;
  private final boolean byDate;
  private final int first; // day; 0 where the question has no range
  private final int last;
  private final String source; // empty where it has no filter
  private final String text;

  Question(String[] parts, Analyzer analyzer) {
    parser =
        parts[0].equals("body")
            ? new QueryParser("body", analyzer)
            : new MultiFieldQueryParser(
                new String[] {"title", "body"}, analyzer, Map.of("title", TITLE_WEIGHT));
    limit = Integer.parseInt(parts[1]);
    byDate = parts[2].equals("1");
    first = Integer.parseInt(parts[3]);
    last = Integer.parseInt(parts[4]);
    source = parts[5];
    text = parts[6];
  }

  int limit() {
    return limit;
  }

  int count(IndexSearcher searcher) throws IOException, ParseException {
    return searcher.count(query());
  }

  String[] keys(IndexSearcher searcher) throws IOException, ParseException {
    ScoreDoc[] hits =
        byDate
            ? searcher.search(query(), limit, NEWEST).scoreDocs
            : searcher.search(query(), new TopScoreDocCollectorManager(limit, null, 1)).scoreDocs;
    var keys = new String[hits.length];
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    for (int place = 0; place < hits.length; place++) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hits[place].doc, leaves));
      SortedDocValues values = leaf.reader().getSortedDocValues("key");
      values.advanceExact(hits[place].doc - leaf.docBase);
      keys[place] = values.lookupOrd(values.ordValue()).utf8ToString();
    }
    return keys;
  }

  private Query query() throws ParseException {
    Query query = parser.parse(text);
    if (first == 0 && source.isEmpty()) {
      return query;
    }
    var narrowed = new BooleanQuery.Builder().add(query, Occur.MUST);
    if (first != 0) {
      narrowed.add(IntField.newRangeQuery("day", first, last), Occur.FILTER);
    }
    if (!source.isEmpty()) {
      narrowed.add(new TermQuery(new Term("source", source)), Occur.FILTER);
    }
    return narrowed.build();
  }
}
