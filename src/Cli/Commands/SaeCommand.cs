using System.CommandLine;

namespace Emergence.Cli.Commands;

/// <summary><c>sae</c>: one autoencoder without a model, from activations that someone has saved.</summary>
internal static class SaeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host) =>
        new("sae", "train or score one sparse autoencoder on saved activations") { SaeTrainCommand.Create(host), SaeEvalCommand.Create(host) };
}
