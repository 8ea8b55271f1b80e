namespace Emergence.TestKit;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes an empty folder.</summary>
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("emergence-test-").FullName;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Path of something in it.</summary>
    /// <param name="parts">Names below the folder.</param>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
