using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// The model that a run watches: its architecture and tokenizer, which every checkpoint must share. The run folder keeps both
/// files, so a run can be opened again when its first checkpoint has been deleted.
/// </summary>
/// <param name="Config">Its architecture.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="TokenizerBytes">The tokenizer's file.</param>
/// <param name="ConfigBytes">The configuration's file.</param>
internal sealed record RunModel(ModelConfig Config, ITokenizer Tokenizer, byte[] TokenizerBytes, byte[] ConfigBytes)
{
    private const string FolderName = "model";
    private const string TokenizerName = OpenCheckpoint.TokenizerName;

    /// <summary>Number of parameters.</summary>
    public long Parameters => ParameterInfo.Of(Config).Sum(p => p.Count);

    /// <summary>What it is called in tables: family, layers and width.</summary>
    public string Name => $"{Config.Family}-{Config.Layers}x{Config.HiddenSize}";

    /// <summary>Reads a checkpoint's.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="tokenizerFile">The tokenizer that counts instead of the checkpoint's own; null for that.</param>
    /// <exception cref="BadInputException">A file is missing or not supported, or they do not fit each other.</exception>
    public static RunModel Read(string folder, string? tokenizerFile = null)
    {
        var config = ModelConfig.Load(folder);
        var path = tokenizerFile ?? Path.Combine(folder, TokenizerName);
        var tokenizer = TokenizerFile.Load(path);
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new BadInputException(path, "", $"it has {tokenizer.VocabularySize} tokens, the model takes {config.VocabularySize}", "Save the tokenizer that the model was trained with");
        }

        return new RunModel(config, tokenizer, File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(folder, ModelConfig.FileName)));
    }

    /// <summary>Reads what a run kept of its model.</summary>
    /// <param name="run">The run folder.</param>
    /// <returns>The model; null when the run has not begun.</returns>
    public static RunModel? ReadKept(string run)
    {
        var folder = Path.Combine(run, FolderName);
        return File.Exists(Path.Combine(folder, TokenizerName)) ? Read(folder) : null;
    }

    /// <summary>Keeps the two files in the run folder; the tokenizer last, which says that both are there.</summary>
    /// <param name="run">The run folder.</param>
    public void Keep(string run)
    {
        var folder = Path.Combine(run, FolderName);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, ModelConfig.FileName), stream => stream.Write(ConfigBytes));
        AtomicFile.Write(Path.Combine(folder, TokenizerName), stream => stream.Write(TokenizerBytes));
    }

    /// <summary>Says what is wrong with a checkpoint's tokenizer.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <returns>The problem; null when it is the run's, byte for byte.</returns>
    /// <exception cref="BadInputException">It has none, or it cannot be read.</exception>
    public BadInputException? TokenizerProblem(OpenCheckpoint checkpoint)
    {
        var path = Path.Combine(checkpoint.Folder, TokenizerName);
        return checkpoint.ReadTokenizer().AsSpan().SequenceEqual(TokenizerBytes)
            ? null
            : new BadInputException(path, "", "it is not the tokenizer of the run, so its tokens mean other words", "Watch it in a run of its own");
    }
}
