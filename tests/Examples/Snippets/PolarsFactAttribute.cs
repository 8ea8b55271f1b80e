using System.Runtime.InteropServices;
using Emergence.Examples.Tests.Kafka;
using Emergence.TestKit;

namespace Emergence.Examples.Tests.Snippets;

/// <summary>A test that needs Polars for node, which is there for some kinds of machines only.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PolarsFactAttribute : FactAttribute
{
    public PolarsFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            Skip = "the lock file of nodejs-polars has its build for Linux on x64 only";
    }

    /// <summary>Its folder, installed: the one of the tests that read our bytes with it.</summary>
    public static string Folder { get; } = NpmFolder.Installed(Path.Combine(ProductRoot.Find(), "tests", "Sinks", "Arrow", "Polars"));
}
