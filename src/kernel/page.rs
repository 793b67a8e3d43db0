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
