//! Which span of time does a plain date name?
//!
//! Years, months and days of the proleptic Gregorian calendar, years 1 to 9999, in UTC. Other dates,
//! and those that are wrong, are read in Python (schema/dates.py, query/dates.py).

const DAY_MICROS: i64 = 86_400_000_000;
/// From 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

/// The span `start..end` that `2019`, `2019-03` or `2019-03-05` names, in microseconds since
/// 1970-01-01T00:00; `None` for any other text.
///
/// ```
/// use searchlib_core::dates::span_of_date;
/// assert_eq!(span_of_date("1970-01-02"), Some((86_400_000_000, 172_800_000_000)));
/// assert_eq!(span_of_date("1970-02-30"), None);
/// ```
pub fn span_of_date(text: &str) -> Option<(i64, i64)> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|part| number(part, 2));
    let day = parts.next().map(|part| number(part, 2));
    if parts.next().is_some() || year == 0 {
        return None;
    }
    let (first, end) = match (month, day) {
        (None, _) => (days_before(year, 1), days_before(year + 1, 1)),
        (Some(month), None) => month_span(year, month?)?,
        (Some(month), Some(day)) => {
            let (first, end) = month_span(year, month?)?;
            let day = first + day? - 1;
            (first..end).contains(&day).then_some((day, day + 1))?
        }
    };
    Some((first * DAY_MICROS, end * DAY_MICROS))
}

/// The number that exactly so many digits are.
fn number(digits: &str, count: usize) -> Option<i64> {
    let is_number = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// The first day of a month, and the one after its last.
fn month_span(year: i64, month: i64) -> Option<(i64, i64)> {
    let is_month = (1..=12).contains(&month);
    is_month.then(|| (days_before(year, month), days_before(year, month + 1)))
}

/// Days from 1970-01-01 to the first of a month; month 13 is the next January.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`. Years
/// begin in March there, so that a leap day is the last one.
fn days_before(year: i64, month: i64) -> i64 {
    let months = year * 12 + month - 3;
    let (year, month) = (months / 12, months % 12);
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 - DAYS_BEFORE_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_of_the_calendar_follows_the_day_before() {
        let mut next = -719_162; // 0001-01-01
        for year in 1..=9999 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let february = if leap { 29 } else { 28 };
            let first_of_year = next;
            for (month, len) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                let first = next;
                for day in 1..=len {
                    let span = (next * DAY_MICROS, (next + 1) * DAY_MICROS);
                    assert_eq!(span_of_date(&format!("{year:04}-{month:02}-{day:02}")), Some(span));
                    next += 1;
                }
                let text = format!("{year:04}-{month:02}");
                assert_eq!(span_of_date(&format!("{text}-{:02}", len + 1)), None);
                assert_eq!(span_of_date(&text), Some((first * DAY_MICROS, next * DAY_MICROS)));
            }
            let span = (first_of_year * DAY_MICROS, next * DAY_MICROS);
            assert_eq!(span_of_date(&format!("{year:04}")), Some(span));
        }
    }

    #[test]
    fn other_texts_are_no_plain_dates() {
        for text in
            ["", "0000", "19", "+019", "2019-", "2019-3", "2019-00", "2019-13", "2019-03-00"]
        {
            assert_eq!(span_of_date(text), None, "{text}");
        }
        for text in ["2019-03-05-", "2019-03-05T10", "today", "２０１９", "2019-W05"] {
            assert_eq!(span_of_date(text), None, "{text}");
        }
    }
}
