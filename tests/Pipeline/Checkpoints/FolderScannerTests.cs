using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Tests.Checkpoints;

/// <summary>What a look does while a trainer writes and deletes.</summary>
public sealed class FolderScannerTests : IDisposable
{
    private readonly CheckpointFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_folder_that_is_deleted_while_it_is_looked_at_is_not_there()
    {
        var folder = _files.Write("step1", 1);
        var scanner = Scanner(new Meddling(f => Directory.Delete(f, recursive: true)));
        Assert.Null(scanner.Look(1, folder));
        Assert.Null(scanner.Look(1, folder));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_file_that_is_deleted_while_it_is_looked_at_is_missing(string name)
    {
        var folder = _files.Write("step1", 1);
        var look = Scanner(new Meddling(f => File.Delete(Path.Combine(f, name)))).Look(1, folder);
        Assert.NotNull(look!.Problem);
    }

    [Fact]
    public void A_system_error_is_a_problem_of_the_checkpoint_and_not_of_the_source()
    {
        var folder = _files.Write("step1", 1);
        var look = Scanner(new Meddling(_ => throw new IOException("Stale file handle"))).Look(1, folder);
        Assert.Contains("Stale file handle", look!.Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_look_names_the_files_by_which_a_deleted_one_is_told_from_a_damaged_one()
    {
        var folder = _files.WriteSharded("step1", 1);
        File.WriteAllText(Path.Combine(folder, "optimizer.pt"), "");
        var look = new FolderScanner(_files.Root, new FolderSourceOptions()).Look(1, folder)!;
        Assert.Equal(["config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json", "tokenizer.json"], look.Files);

        var arrived = new ArrivedCheckpoint(1, folder, default, null) { Files = look.Files };
        File.Delete(Path.Combine(folder, "optimizer.pt"));
        File.WriteAllText(Path.Combine(folder, "config.json"), "damaged");
        Assert.False(arrived.HasVanished());
        File.Delete(Path.Combine(folder, "model-2.safetensors"));
        Assert.True(arrived.HasVanished());
    }

    private FolderScanner Scanner(ICheckpointContents contents) => new(_files.Root, new FolderSourceOptions { Contents = contents });

    /// <summary>Does something between the listing of a folder and the look into it.</summary>
    private sealed class Meddling(Action<string> meddle) : ICheckpointContents
    {
        private readonly ModelContents _model = new();

        public void Check(string folder)
        {
            meddle(folder);
            _model.Check(folder);
        }

        public TrainingProgress? ReadProgress(string folder, long step) => _model.ReadProgress(folder, step);

        public bool LooksLikeCheckpoint(string folder) => false;
    }
}
