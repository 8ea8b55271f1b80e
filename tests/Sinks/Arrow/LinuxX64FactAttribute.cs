using System.Runtime.InteropServices;

namespace Emergence.Sinks.Tests.Arrow;

/// <summary>A test that is skipped, with a message, where npm's Polars has no native part that this project asks for.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = "npm's Polars is asked for on Linux x64 only";
        }
    }
}
