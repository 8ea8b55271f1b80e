using System.Globalization;

namespace Emergence.Sinks.Kafka.Settings;

/// <summary>The first brokers to ask: <c>host:port</c> separated by commas, or <see cref="Embedded"/>.</summary>
public static class ServerList
{
    /// <summary>A cluster inside this process, for trying out: it keeps nothing.</summary>
    public const string Embedded = "embedded";

    private const string Form = "write HOST:PORT, several separated by commas, such as kafka-1:9092,kafka-2:9092";

    /// <summary>Says what is wrong with a list.</summary>
    /// <param name="servers">The list.</param>
    /// <param name="where">Where it was given.</param>
    /// <returns>The first thing that is wrong; null when nothing is.</returns>
    public static PropertyProblem? Check(string servers, string where)
    {
        if (servers == Embedded)
            return null;
        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries))
        {
            if (server.Length == 0)
                return new(where, "a server of the list is empty", Form);
            if (Wrong(server) is { } problem)
                return new(where, $"\"{Shown(server)}\" {problem}", Form);
        }

        return null;
    }

    private static string? Wrong(string server)
    {
        if (server.Contains('@', StringComparison.Ordinal))
            return "has a user name in it; those go into sasl.username and sasl.password";
        if (server.Contains("://", StringComparison.Ordinal))
            return "has a protocol in it; that goes into security.protocol";
        var colon = server.LastIndexOf(':');
        var host = colon < 0 ? server : server[..colon];
        if (colon < 0 || (host.Contains(':', StringComparison.Ordinal) && host is not ['[', .., ']']))
            return "has no port (an IPv6 address stands in brackets)";
        var name = host is ['[', .. var address, ']'] ? address : host;
        if (name.Length == 0 || name.Any(c => !(char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%')))
            return "is not the name or address of a server";
        return int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? null
            : "has no port from 1 to 65535";
    }

    // What stands before an @ may be a password.
    private static string Shown(string server) => server.LastIndexOf('@') is var at && at < 0 ? server : "…" + server[at..];
}
