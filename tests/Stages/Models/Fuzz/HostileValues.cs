namespace Emergence.Stages.Tests.Models.Fuzz;

/// <summary>JSON values, as text, that readers get wrong: at the ends of every range, of the wrong kind, or no JSON at all.</summary>
internal static class HostileValues
{
    public static readonly string[] Numbers =
    [
        "0", "-0", "-0.0", "-1", "1", "2", "3", "4", "5", "8", "16", "24", "32", "34", "40", "64", "96", "127", "1024", "1025", "65535", "1048576", "1048577", "16777216", "16777217",
        "0.5", "0.25", "1.0", "1e0", "1e2", "1e-9", "1e-400", "1e308", "1e400", "-1e400", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "340282366920938463463374607431768211456", "1E5",
    ];

    public static readonly string[] NotJson = ["NaN", "Infinity", "-Infinity", "0x10", "+1", "00", "1.", ".5", "'x'", "nul", "", "\"", "{", "]", "\"\\x\"", "\"\t\"", "1 2", "//"];

    public static readonly string[] Others =
    [
        "null", "true", "false", "\"\"", "\"x\"", "\"0\"", "\"NaN\"", "\"F32\"", "\"f32\"", "\"BF16\"", "\"F16\"", "\"F64\"", "\"I64\"", "\"gelu\"", "\"gelu_new\"", "\"silu\"", "\"relu\"", "\"linear\"", "\"default\"",
        "\"..\"", "\"../model.safetensors\"", "\"/etc/passwd\"", "\"a/b\"", "\"a\\\\b\"", "\"\\u0000\"", "\"\\u002e\\u002e\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\uDFFF\\uD800\"",
        "[]", "[0]", "[0,0]", "[1,1]", "[2,3]", "[-1]", "[[]]", "[null]", "[9223372036854775807,9223372036854775807,2]", "[0,9223372036854775807]", "{}", "{\"a\":1}", "{\"\":{}}", "{\"a\":1,\"a\":2}",
        "{\"rope_type\":\"default\"}", "{\"rope_type\":\"linear\",\"factor\":1e400}", "{\"type\":\"linear\",\"factor\":0}", "{\"rope_type\":\"llama3\"}",
    ];

    /// <summary>Deeper than any reader here follows.</summary>
    public static readonly string Deep = new string('[', 70) + new string(']', 70);

    /// <summary>A name no file system and no person would take.</summary>
    public static readonly string Long = $"\"{new string('n', 5000)}\"";

    public static string Any(Random random) => random.Next(20) switch
    {
        < 8 => Numbers[random.Next(Numbers.Length)],
        < 16 => Others[random.Next(Others.Length)],
        < 17 => NotJson[random.Next(NotJson.Length)],
        < 18 => Deep,
        < 19 => Long,
        _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 20)).Select(_ => Numbers[random.Next(Numbers.Length)]))}]",
    };
}
