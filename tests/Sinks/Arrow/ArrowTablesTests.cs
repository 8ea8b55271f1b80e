using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Arrow;

public class ArrowTablesTests
{
    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_of_every_table_come_back_as_they_were(bool file)
    {
        var expected = SampleResults.Make(512);
        Assert.Equal(expected.Features.Count, expected.Features.Distinct().Count());
        ResultAssert.Same(expected, RoundTrip(expected, file));
    }

    [Fact]
    public void Tables_without_rows_come_back_empty() => ResultAssert.Same(SampleResults.Empty(3), RoundTrip(SampleResults.Empty(3), true));

    [Fact]
    public void A_best_feature_of_minus_one_is_a_missing_value()
    {
        var row = SampleResults.Make(1).Curves[0] with { BestFeature = -1 };
        using var batch = ArrowTables.Encode(Tables.Curves, SampleResults.Run, SampleResults.Empty(1) with { Curves = [row] });
        var index = Enumerable.Range(0, batch.ColumnCount).Single(i => batch.Schema.FieldsList[i].Name == "best_feature");
        Assert.Equal(1, batch.Column(index).NullCount);
        Assert.Equal(-1, RoundTrip(SampleResults.Empty(1) with { Curves = [row] }, true).Curves[0].BestFeature);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void The_same_rows_give_the_same_bytes(Tables table)
    {
        Assert.Equal(Write(table, SampleResults.Make(512), true), Write(table, SampleResults.Make(512), true));
        Assert.NotEqual(Write(table, SampleResults.Make(512), true), Write(table, SampleResults.Make(513), true));
    }

    [Fact]
    public void The_schema_says_what_the_table_is()
    {
        using var reader = new ArrowFileReader(new MemoryStream(Write(Tables.Curves, SampleResults.Make(8), true)));
        reader.ReadNextRecordBatch();
        var metadata = reader.Schema.Metadata!;
        Assert.Equal("curves", metadata["emergence.table"]);
        Assert.Equal("1", metadata["emergence.schema_version"]);
        Assert.Equal("1", metadata["emergence.metrics_version"]);
        Assert.Equal("nightly", metadata["run"]);
        Assert.Equal("tiny-neox", metadata["model"]);
        Assert.Equal("emergence 0.1.0", metadata["producer"]);
    }

    [Fact]
    public void Columns_have_the_names_and_types_of_the_schema()
    {
        Assert.Equal(
            "run:dictionary model:dictionary parameters:int64 step:int64 tokens_seen:int64? layer:int32 facet:dictionary category:dictionary "
            + "categorical_features:double categorical_features_low:double categorical_features_high:double categorical_features_null:double "
            + "coverage:double coverage_low:double coverage_high:double coverage_null:double "
            + "best_f1:double best_f1_low:double best_f1_high:double best_f1_null:double best_feature:int32? best_f1_null99:double above_null:bool alert_step:int64? partial:bool",
            Columns(Tables.Curves));
        Assert.Equal(
            "step:int64 layer:int32 feature:int32 firings:int64 density:double mean_activation:double max_activation:double state:dictionary facet:dictionary? "
            + "category:dictionary? precision:double? recall:double? f1:double? lift:double? z:double? q:double? cosine_previous:double? cosine_first:double? top_contexts:list",
            Columns(Tables.Features));
        Assert.Equal(
            "step:int64 layer:int32 feature:int32 facet:dictionary category:dictionary firings:int64 documents:int32 activation_sum:double",
            Columns(Tables.Firings));
        Assert.Equal(
            "step:int64 layer:int32 lm_loss:double? fvu:double l0:double dead_fraction:double dense_fraction:double cosine_reconstruction:double norm_ratio:double "
            + "tokens:int64 tokens_per_second:double seconds_capture:double seconds_train:double seconds_measure:double seconds_curves:double weight_distance:double? layer_weight_distance:double? waiting:int32 lag_seconds:double",
            Columns(Tables.Health));
        Assert.Equal(
            "kind:dictionary severity:dictionary step:int64 layer:int32? facet:dictionary? category:dictionary? feature:int32? evidence:utf8 message:utf8",
            Columns(Tables.Events));
    }

    [Fact]
    public void A_loss_that_nobody_knows_is_missing()
    {
        var result = SampleResults.Make(8);
        result = result with { Health = [.. result.Health.Select(h => h with { LmLoss = null })] };
        using var batch = ArrowTables.Encode(Tables.Health, SampleResults.Run, result);
        Assert.Equal(batch.Length, batch.Column(2).NullCount);
        using var stream = new MemoryStream();
        ArrowTables.WriteFile(stream, Tables.Health, SampleResults.Run, result);
        stream.Position = 0;
        Assert.All(ArrowTables.ReadFile(stream, "health", Tables.Health, result with { Health = [] }).Health, h => Assert.Null(h.LmLoss));
    }

    [Fact]
    public void A_table_of_health_from_before_distances_and_lag_were_published_is_still_read()
    {
        var result = SampleResults.Make(8);
        using var batch = ArrowTables.Encode(Tables.Health, SampleResults.Run, result);
        var fields = batch.Schema.FieldsList.Take(15).ToList();
        using var older = new RecordBatch(new Schema(fields, batch.Schema.Metadata), Enumerable.Range(0, 15).Select(batch.Column), batch.Length);
        using var stream = new MemoryStream();
        using (var writer = new ArrowFileWriter(stream, older.Schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(older);
            writer.WriteEnd();
        }

        stream.Position = 0;
        var read = ArrowTables.ReadFile(stream, "health", Tables.Health, result with { Health = [] });
        Assert.Equal(result.Health.Select(h => h with { WeightDistance = null, LayerWeightDistance = null, Waiting = 0, LagSeconds = 0 }), read.Health);
    }

    [Fact]
    public void Words_of_events_are_lower_case_with_underscores()
    {
        using var batch = ArrowTables.Encode(Tables.Events, SampleResults.Run, SampleResults.Make(8));
        var words = (StringArray)((DictionaryArray)batch.Column(0)).Dictionary;
        Assert.Equal(["onset", "checkpoint_refused"], Enumerable.Range(0, words.Length).Select(i => words.GetString(i)));
    }

    [Fact]
    public void Reading_another_table_or_step_names_the_file_and_what_is_wrong()
    {
        var bytes = Write(Tables.Firings, SampleResults.Make(8), true);
        var table = Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(new MemoryStream(bytes), "a/firings.arrow", Tables.Curves, SampleResults.Empty(8)));
        Assert.Equal(("a/firings.arrow", "metadata emergence.table"), (table.File, table.Place));
        var step = Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(new MemoryStream(bytes), "a/firings.arrow", Tables.Firings, SampleResults.Empty(9)));
        Assert.Equal("column step", step.Place);
        Assert.Contains("step 9", step.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_are_added_later_are_left_alone_and_missing_ones_are_named()
    {
        using var batch = ArrowTables.Encode(Tables.Firings, SampleResults.Run, SampleResults.Make(8));
        var more = new Field("later", Int32Type.Default, true);
        var filler = new Int32Array.Builder().AppendRange(Enumerable.Range(0, batch.Length)).Build();
        var wider = new RecordBatch(new Schema([more, .. batch.Schema.FieldsList], batch.Schema.Metadata), [filler, .. batch.Arrays], batch.Length);
        Assert.Equal(SampleResults.Make(8).Firings, ArrowTables.ReadFile(File(wider), "f", Tables.Firings, SampleResults.Empty(8)).Firings);

        var narrower = new RecordBatch(new Schema(batch.Schema.FieldsList.Skip(1), batch.Schema.Metadata), batch.Arrays.Skip(1), batch.Length);
        var e = Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(File(narrower), "f", Tables.Firings, SampleResults.Empty(8)));
        Assert.Equal("column step", e.Place);
    }

    [Fact]
    public void A_word_that_no_enum_has_is_refused_with_its_row()
    {
        using var batch = ArrowTables.Encode(Tables.Events, SampleResults.Run, SampleResults.Make(8));
        var type = (DictionaryType)batch.Schema.FieldsList[0].DataType;
        var odd = new DictionaryArray(type, new Int32Array.Builder().AppendRange([0, 1]).Build(), new StringArray.Builder().Append("onset").Append("offset").Build());
        var changed = new RecordBatch(batch.Schema, [odd, .. batch.Arrays.Skip(1)], batch.Length);
        var e = Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(File(changed), "f", Tables.Events, SampleResults.Empty(8)));
        Assert.Contains("row 1 says \"offset\"", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_cut_of_a_table_is_bad_input(Tables table)
    {
        var bytes = Write(table, SampleResults.Make(8, features: 2), true);
        for (var length = 0; length < bytes.Length; length += 1 + (bytes.Length / 97))
        {
            Assert.Throws<BadInputException>(() => ArrowTables.ReadFile(new MemoryStream(bytes, 0, length), "f", table, SampleResults.Empty(8)));
        }
    }

    private static CheckpointResult RoundTrip(CheckpointResult expected, bool file)
    {
        var result = SampleResults.Empty(expected.Step) with { TokensSeen = expected.TokensSeen };
        foreach (var table in TableSchema.Each)
        {
            var stream = new MemoryStream(Write(table, expected, file));
            result = file ? ArrowTables.ReadFile(stream, "f", table, result) : ArrowTables.ReadStream(stream, "f", table, result);
        }

        return result;
    }

    private static byte[] Write(Tables table, CheckpointResult result, bool file)
    {
        var stream = new MemoryStream();
        if (file)
        {
            ArrowTables.WriteFile(stream, table, SampleResults.Run, result);
        }
        else
        {
            ArrowTables.WriteStream(stream, table, SampleResults.Run, result);
        }

        return stream.ToArray();
    }

    private static MemoryStream File(RecordBatch batch)
    {
        var stream = new MemoryStream();
        using var writer = new ArrowFileWriter(stream, batch.Schema, leaveOpen: true);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        stream.Position = 0;
        return stream;
    }

    private static string Columns(Tables table)
    {
        using var batch = ArrowTables.Encode(table, SampleResults.Run, SampleResults.Make(8));
        return string.Join(' ', batch.Schema.FieldsList.Select(f => $"{f.Name}:{f.DataType.Name}{(f.IsNullable ? "?" : "")}"));
    }
}
