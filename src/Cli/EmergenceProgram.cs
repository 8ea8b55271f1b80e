using System.CommandLine;
using System.CommandLine.Parsing;
using Emergence.Cli.Exit;

namespace Emergence.Cli;

/// <summary>The program <c>emergence</c>: its verbs, and one invocation from arguments to exit code.</summary>
internal sealed class EmergenceProgram
{
    private readonly CliHost _host;
    private readonly RootCommand _root;

    /// <summary>Makes the program of the verbs that work.</summary>
    /// <param name="host">Its surroundings.</param>
    /// <param name="verbs">Its verbs, in the order of the help.</param>
    public EmergenceProgram(CliHost host, params IEnumerable<Command> verbs)
    {
        _host = host;
        _root = new RootCommand("Watches a language model's checkpoints arrive and shows which concepts emerge, when and where.");
        foreach (var verb in verbs)
            _root.Add(verb);
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        try
        {
            var parsed = _root.Parse(arguments);
            if (parsed.Errors.Count > 0)
                return Refuse(parsed);
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = _host.Output,
                Error = _host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception exception)
        {
            var failure = Failure.Of(exception);
            _host.Error.WriteLine($"emergence: {failure.Message}");
            return failure.ExitCode;
        }
    }

    private int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            _host.Error.WriteLine($"emergence: {error.Message}");
        _host.Error.WriteLine($"See ./emergence {Verb(parsed.CommandResult)}--help.");
        return ExitCode.Usage;
    }

    // "sae train " for a verb below another.
    private string Verb(CommandResult result) =>
        result.Command == _root ? "" : (result.Parent is CommandResult parent ? Verb(parent) : "") + result.Command.Name + " ";
}
