namespace Emergence.Sinks.Report;

/// <summary>The page's files, which the build puts into the assembly (Report.targets).</summary>
internal static class ReportAssets
{
    /// <summary>The text of a file.</summary>
    /// <param name="name">Its name without folder.</param>
    public static string Text(string name)
    {
        using var stream = typeof(ReportAssets).Assembly.GetManifestResourceStream("report/" + name)
            ?? throw new InvalidOperationException($"the build left out the report's {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
