namespace Emergence.Cli;

/// <summary>Where the product lies: the folder that holds <c>emergence</c>, <c>data/</c> and the sources.</summary>
internal static class ProductFolder
{
    /// <summary>The folder that the start script names in EMERGENCE_HOME, else the nearest one above the program that holds <c>Emergence.sln</c>, else the program's own.</summary>
    /// <param name="environment">Environment variables by name.</param>
    public static string Find(Func<string, string?> environment)
    {
        if (environment("EMERGENCE_HOME") is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Emergence.sln")))
                return folder.FullName;
        }

        return AppContext.BaseDirectory;
    }
}
