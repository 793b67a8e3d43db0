//! Lists in pages: a limit and a cursor in, the items and the next cursor out.

/// Where a list goes on: opaque to the caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// What part of a list is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// 1 to 100.
    pub limit: u32,
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// The number of items when none is asked for.
    pub const DEFAULT_LIMIT: u32 = 20;
    /// The most items one page may hold.
    pub const MAX_LIMIT: u32 = 100;

    /// Brings the limit into 1 to 100.
    pub fn new(limit: Option<u32>, cursor: Option<Cursor>) -> Self {
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT).clamp(1, Self::MAX_LIMIT);
        Self { limit, cursor }
    }
}

impl PageRequest {
    /// How far a page may begin: beyond that a person narrows the list down.
    const MAX_OFFSET: i64 = 10_000;

    /// How many items stand before the page, of lists whose cursor is that number.
    pub fn offset(&self) -> i64 {
        let asked = self.cursor.as_ref().and_then(|c| c.0.parse::<i64>().ok()).unwrap_or(0);
        asked.clamp(0, Self::MAX_OFFSET)
    }

    /// The page with these items, of so many where that is known; the cursor is the number of items before the next.
    pub fn filled<T>(&self, items: Vec<T>, total: Option<i64>) -> Page<T> {
        let end = self.offset() + i64::try_from(items.len()).unwrap_or(i64::MAX);
        let is_full = items.len() == self.limit as usize;
        let more = is_full && total.is_none_or(|total| end < total) && end < Self::MAX_OFFSET;
        Page { items, next_cursor: more.then(|| Cursor(end.to_string())), total }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(None, None)
    }
}

/// One page of a list, as the JSON API answers it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<Cursor>,
    /// The number of all items where it is cheap to know.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// The same page with each item turned into another shape.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_while_there_is_more() {
        let request = |cursor: &str| PageRequest::new(Some(2), Some(Cursor(cursor.to_owned())));
        let next = |cursor: &str, items: &[i32], total| {
            request(cursor).filled(items.to_vec(), total).next_cursor.map(|cursor| cursor.0)
        };
        assert_eq!(next("0", &[1, 2], Some(3)).as_deref(), Some("2"));
        assert_eq!(next("2", &[3], Some(3)), None);
        assert_eq!(next("1", &[2, 3], Some(3)), None);
        assert_eq!(next("0", &[1, 2], None).as_deref(), Some("2"), "perhaps");
        assert_eq!([request("x").offset(), request("-5").offset(), request("99999999").offset()], [0, 0, 10_000]);
    }
}
