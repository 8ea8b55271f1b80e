namespace Emergence.TestKit;

/// <summary>The folder of the product's sources.</summary>
public static class ProductRoot
{
    /// <summary>The nearest folder above the running program that holds the solution.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Emergence.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("the tests do not lie below the folder of Emergence.sln");
    }
}
