namespace Emergence.Cli.Doctor;

/// <summary>The npm folders of the product: whether what their lock files name is installed.</summary>
/// <param name="home">The product's folder.</param>
internal sealed class NpmPartsCheck(string home) : IDoctorCheck
{
    private static readonly string[] Places = ["data", "src"];

    /// <inheritdoc/>
    public string Part => "npm parts";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        foreach (var place in Places.Select(p => Path.Combine(home, p)).Where(Directory.Exists))
        {
            foreach (var folder in Folders(place))
            {
                var shown = Path.GetRelativePath(home, folder);
                yield return File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))
                    ? new(Part, CheckState.Ok, $"{shown}: installed")
                    : new(Part, CheckState.Fault, $"{shown}: not installed", $"(cd {folder} && npm ci)");
            }
        }
    }

    private static IEnumerable<string> Folders(string place)
    {
        if (File.Exists(Path.Combine(place, "package-lock.json")))
            yield return place;
        foreach (var inner in Directory.EnumerateDirectories(place).Where(d => Path.GetFileName(d) != "node_modules").Order(StringComparer.Ordinal))
        {
            foreach (var folder in Folders(inner))
                yield return folder;
        }
    }
}
