using System.CommandLine;
using System.Globalization;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Options;

/// <summary>Reads settings out of their three layers and collects what is wrong with them.</summary>
internal sealed class SettingReader
{
    private readonly ParseResult _parsed;
    private readonly Func<string, string?> _environment;
    private readonly ConfigFile _config;
    private readonly List<SettingProblem> _problems = [];

    /// <summary>Opens the layers of one invocation.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="known">The settings of the verb: other names in the configuration file are mistakes.</param>
    public SettingReader(ParseResult parsed, Func<string, string?> environment, IReadOnlyList<Setting> known)
    {
        _parsed = parsed;
        _environment = environment;
        var file = CommonSettings.Config.OnCommandLine(parsed) ?? NonEmpty(environment(CommonSettings.Config.Variable));
        _config = file is null ? ConfigFile.None : ConfigFile.Read(file, known, _problems);
    }

    /// <summary>Text of a setting; null when no layer has it.</summary>
    public string? Text(Setting setting) => Find(setting)?.Text;

    /// <summary>Whether a flag is on.</summary>
    public bool Flag(Setting setting) => Parse(setting, false, "true or false", text => text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" => true,
        "false" or "0" or "no" or "off" => false,
        _ => (bool?)null,
    });

    /// <summary>A value that has its own way of being read; the fallback when no layer has it.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="fallback">Without it.</param>
    /// <param name="expected">What it should be, for the message.</param>
    /// <param name="parse">Reads it; null when it is not right.</param>
    public T Parsed<T>(Setting setting, T fallback, string expected, Func<string, T?> parse)
        where T : class => Parse<T>(setting, fallback, expected, parse)!;

    /// <summary>A whole number; the fallback when no layer has it.</summary>
    public long Whole(Setting setting, long fallback) => WholeOrNull(setting) ?? fallback;

    /// <summary>A whole number; null when no layer has it. Thousands may be grouped by underscores.</summary>
    public long? WholeOrNull(Setting setting) =>
        Parse<long?>(setting, null, "a whole number", text => ToWhole(text, out var value) ? value : null);

    /// <summary>A whole number in the range of an int.</summary>
    public int? SmallOrNull(Setting setting) =>
        Parse<int?>(setting, null, "a whole number", text => ToWhole(text, out var value) && value is >= int.MinValue and <= int.MaxValue ? (int)value : null);

    /// <summary>A number; the fallback when no layer has it.</summary>
    public double Number(Setting setting, double fallback) =>
        Parse(setting, fallback, "a number", text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : (double?)null);

    /// <summary>Whole numbers separated by commas; null when no layer has it.</summary>
    public IReadOnlyList<int>? List(Setting setting)
    {
        if (Find(setting) is not { } given)
            return null;
        var list = new List<int>();
        foreach (var part in given.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            {
                Add(setting, given, "whole numbers separated by commas, such as 0,1,3");
                return null;
            }

            list.Add(value);
        }

        return list;
    }

    /// <summary>One of a few names, upper or lower case; the fallback when no layer has it.</summary>
    public T Choice<T>(Setting setting, T fallback)
        where T : struct, Enum => ChoiceOrNull<T>(setting) ?? fallback;

    /// <summary>One of a few names, upper or lower case; null when no layer has it.</summary>
    public T? ChoiceOrNull<T>(Setting setting)
        where T : struct, Enum => Parse<T?>(
            setting,
            null,
            string.Join(" or ", Enum.GetNames<T>()).ToLowerInvariant(),
            text => !char.IsDigit(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : (T?)null);

    /// <summary>One of a few names as they are written; the fallback when no layer has it.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="fallback">The fallback.</param>
    /// <param name="names">The names, for the message.</param>
    /// <param name="find">The value of a name; null when there is none.</param>
    public T OneOf<T>(Setting setting, T fallback, IReadOnlyList<string> names, Func<string, T?> find)
        where T : struct => Parse(setting, fallback, string.Join(" or ", names), find);

    /// <summary>Adds a problem that the reader cannot see.</summary>
    /// <param name="problem">What is wrong.</param>
    public void Report(SettingProblem problem) => _problems.Add(problem);

    /// <summary>Ends with every problem found, those of the validated settings included.</summary>
    /// <param name="more">What validation found.</param>
    /// <exception cref="SettingsException">There is at least one.</exception>
    public void ThrowOnProblems(IReadOnlyList<SettingProblem> more)
    {
        if (_problems.Count + more.Count > 0)
            throw new SettingsException([.. _problems, .. more]);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool ToWhole(string text, out long value) =>
        long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private T Parse<T>(Setting setting, T fallback, string expected, Func<string, T?> parse)
        where T : struct => Parse<T?>(setting, null, expected, parse) ?? fallback;

    private T? Parse<T>(Setting setting, T? fallback, string expected, Func<string, T?> parse)
    {
        if (Find(setting) is not { } given)
            return fallback;
        var value = parse(given.Text);
        if (value is null)
            Add(setting, given, expected);
        return value ?? fallback;
    }

    private void Add(Setting setting, Given given, string expected) =>
        _problems.Add(new(given.Where, $"\"{given.Text}\" is not {expected}", $"give {setting.Switch} {expected}"));

    private Given? Find(Setting setting)
    {
        if (setting.OnCommandLine(_parsed) is { Length: > 0 } typed)
            return new(typed, setting.Switch);
        if (NonEmpty(_environment(setting.Variable)) is { } variable)
            return new(variable, setting.Variable);
        return NonEmpty(_config.Find(setting.Name)) is { } configured ? new(configured, $"{setting.Name} in {_config.Path}") : null;
    }

    private readonly record struct Given(string Text, string Where);
}
