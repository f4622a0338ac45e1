//! Builds again when a migration is added: the macro that embeds them sees only files that were there.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
