using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>Reads Arrow bytes with npm's <c>apache-arrow</c>, a reader that shares nothing with ours (<c>read.mjs</c> beside this file).</summary>
internal static class NpmArrow
{
    private static readonly NpmScript _script = new(Folder(), "npm-arrow");

    /// <summary>What the independent reader finds in each of several files or streams.</summary>
    public static JsonArray Read(params IEnumerable<byte[]> files) => _script.Read(files.Select(bytes => ("", bytes)));

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
