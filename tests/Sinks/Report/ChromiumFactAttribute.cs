namespace Emergence.Sinks.Tests.Report;

/// <summary>A test that opens a page in chromium; skipped, with a message, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    private const string Missing = "needs chromium on the PATH: apt-get install -y chromium";

    public ChromiumFactAttribute()
    {
        if (Chromium.Path is null)
            Skip = Missing;
    }
}
