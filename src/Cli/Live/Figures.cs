namespace Emergence.Cli.Live;

/// <summary>Numbers as a person reads them.</summary>
internal static class Figures
{
    /// <summary>A time span as a clock shows it: 0:07, 12:30, 1:02:03.</summary>
    public static string Clock(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";

    /// <summary>A share in two digits: 12%, 1.2%, 0.12%, 3e-06.</summary>
    public static string Share(double share) => share switch
    {
        0 => "0%",
        < 1e-4 => $"{share:0e-00}",
        < 1e-2 => $"{share:0.00%}",
        < 1e-1 => $"{share:0.0%}",
        _ => $"{share:0%}",
    };

    /// <summary>A count in three digits or so: 950, 12.3k, 4.56M, 1.20G.</summary>
    public static string Count(long count) => Math.Abs((double)count) switch
    {
        < 1e4 => $"{count}",
        < 1e5 => $"{count / 1e3:0.0}k",
        < 1e6 => $"{count / 1e3:0}k",
        < 1e7 => $"{count / 1e6:0.00}M",
        < 1e8 => $"{count / 1e6:0.0}M",
        < 1e9 => $"{count / 1e6:0}M",
        _ => $"{count / 1e9:0.00}G",
    };
}
