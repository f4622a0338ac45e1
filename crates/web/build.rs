//! Embeds the look of the websites.

fn main() {
    memory_serve::load_directory("assets");
}
