//! One GET to an address of somebody else, and the answer as text: how the development gateway calls the portal.

use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);
/// The most of an answer that is kept.
const LONGEST: usize = 4 * 1024;

/// Calls `url` and gives the answer's body.
///
/// # Errors
/// That nobody answered, in words.
pub async fn get(url: &str) -> Result<String, String> {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(|e| e.to_string())?;
    let answer = client.get(url).send().await.map_err(|e| e.without_url().to_string())?;
    let text = answer.text().await.map_err(|e| e.without_url().to_string())?;
    Ok(text.chars().take(LONGEST).collect())
}
