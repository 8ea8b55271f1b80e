using System.CommandLine;

namespace Emergence.Cli.Options;

/// <summary>A setting a verb takes: from the command line, else the environment, else the configuration file.</summary>
/// <remarks>Every value is taken as text here and parsed in one place, so that all wrong values are reported together whatever they come from.</remarks>
internal sealed class Setting
{
    private readonly Option<string>? _valued;
    private readonly Option<bool>? _flag;
    private readonly string? _whenBare;

    private Setting(string name, Option<string>? valued, Option<bool>? flag, string? whenBare = null)
    {
        Name = name;
        _whenBare = whenBare;
        _valued = valued;
        _flag = flag;
    }

    /// <summary>Name without dashes, as in the configuration file: <c>until-step</c>.</summary>
    public string Name { get; }

    /// <summary>As on the command line: <c>--until-step</c>.</summary>
    public string Switch => "--" + Name;

    /// <summary>As in the environment: <c>EMERGENCE_UNTIL_STEP</c>.</summary>
    public string Variable => "EMERGENCE_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>Whether it is on or off and takes no value.</summary>
    public bool IsFlag => _flag is not null;

    /// <summary>The option as the parser knows it.</summary>
    public Option Option => (Option?)_valued ?? _flag!;

    /// <summary>A setting with a value.</summary>
    public static Setting Valued(string name, string valueName, string description) =>
        new(name, new Option<string>("--" + name) { HelpName = valueName, Description = description }, null);

    /// <summary>A setting with a value that may be left out.</summary>
    /// <param name="name">Name without dashes.</param>
    /// <param name="valueName">The value in the help.</param>
    /// <param name="whenBare">The value when only the name is given.</param>
    /// <param name="description">One line.</param>
    public static Setting Optional(string name, string valueName, string whenBare, string description) =>
        new(name, new Option<string>("--" + name) { HelpName = valueName, Description = description, Arity = ArgumentArity.ZeroOrOne }, null, whenBare);

    /// <summary>A setting that is on or off.</summary>
    public static Setting Flag(string name, string description) =>
        new(name, null, new Option<bool>("--" + name) { Description = description });

    /// <summary>The text given on the command line; null when it was not.</summary>
    public string? OnCommandLine(ParseResult parsed)
    {
        if (parsed.GetResult(Option) is not { Implicit: false })
            return null;
        return _valued is not null ? parsed.GetValue(_valued) ?? _whenBare : parsed.GetValue(_flag!) ? "true" : "false";
    }
}
