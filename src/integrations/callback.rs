//! Calls to an address of somebody else, and the answer as text: how the development gateway and bank call the portal.

use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);
/// The most of an answer that is kept.
const LONGEST: usize = 4 * 1024;

/// Calls `url` and gives the answer's body.
///
/// # Errors
/// That nobody answered, in words.
pub async fn get(url: &str) -> Result<String, String> {
    answered(client()?.get(url)).await.map(|(_, text)| text)
}

/// Sends JSON to `url` with one header more; status and body of the answer.
///
/// # Errors
/// That nobody answered, in words.
pub async fn post(url: &str, json: String, (header, value): (&str, &str)) -> Result<(u16, String), String> {
    let request = client()?.post(url).header("content-type", "application/json").header(header, value);
    answered(request.body(json)).await
}

fn client() -> Result<reqwest::Client, String> {
    reqwest::Client::builder().timeout(PATIENCE).build().map_err(|e| e.to_string())
}

async fn answered(request: reqwest::RequestBuilder) -> Result<(u16, String), String> {
    let answer = request.send().await.map_err(|e| e.without_url().to_string())?;
    let status = answer.status().as_u16();
    let text = answer.text().await.map_err(|e| e.without_url().to_string())?;
    Ok((status, text.chars().take(LONGEST).collect()))
}
