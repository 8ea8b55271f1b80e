namespace Emergence.Stages.Curves;

/// <summary>Fills the columns of <see cref="FeatureColumns"/>, into arrays of the right size.</summary>
/// <param name="count">How many rows there will be.</param>
internal sealed class FeatureColumnsBuilder(int count)
{
    private const int ContextsOfRow = 8;
    private readonly int[] _layers = new int[count];
    private readonly int[] _features = new int[count];
    private readonly long[] _firings = new long[count];
    private readonly double[] _densities = new double[count];
    private readonly double[] _means = new double[count];
    private readonly double[] _maxima = new double[count];
    private readonly int[] _states = new int[count];
    private readonly List<FeatureState> _stateNames = [];
    private readonly OptionalValuesBuilder<int> _facets = new(count);
    private readonly OptionalValuesBuilder<int> _categories = new(count);
    private readonly WordOrder _facetNames = new();
    private readonly WordOrder _categoryNames = new();
    private readonly OptionalValuesBuilder<double>[] _statistics = [.. Enumerable.Range(0, 8).Select(_ => new OptionalValuesBuilder<double>(count))];
    private readonly int[] _offsets = new int[count + 1];
    private int[] _documents = new int[checked(count * ContextsOfRow)];
    private int[] _positions = new int[count * ContextsOfRow];
    private float[] _activations = new float[count * ContextsOfRow];
    private int _count;
    private int _contexts;

    /// <summary>Adds a row.</summary>
    public void Add(FeatureRow row)
    {
        var at = _count++;
        _layers[at] = row.Layer;
        _features[at] = row.Feature;
        _firings[at] = row.Firings;
        _densities[at] = row.Density;
        _means[at] = row.MeanActivation;
        _maxima[at] = row.MaxActivation;
        _states[at] = StateOf(row.State);
        _facets.Add(row.Facet is { } facet ? _facetNames.PlaceOf(facet) : null);
        _categories.Add(row.Category is { } category ? _categoryNames.PlaceOf(category) : null);
        _statistics[0].Add(row.Precision);
        _statistics[1].Add(row.Recall);
        _statistics[2].Add(row.F1);
        _statistics[3].Add(row.Lift);
        _statistics[4].Add(row.Z);
        _statistics[5].Add(row.Q);
        _statistics[6].Add(row.CosinePrevious);
        _statistics[7].Add(row.CosineFirst);
        MakeRoom(row.TopContexts.Count);
        for (var i = 0; i < row.TopContexts.Count; i++)
        {
            (_documents[_contexts], _positions[_contexts], _activations[_contexts]) = row.TopContexts[i];
            _contexts++;
        }

        _offsets[_count] = _contexts;
    }

    /// <summary>Adds a table's rows.</summary>
    public void Add(FeatureColumns table)
    {
        table.Layers.CopyTo(_layers.AsMemory(_count));
        table.Features.CopyTo(_features.AsMemory(_count));
        table.Firings.CopyTo(_firings.AsMemory(_count));
        table.Densities.CopyTo(_densities.AsMemory(_count));
        table.MeanActivations.CopyTo(_means.AsMemory(_count));
        table.MaxActivations.CopyTo(_maxima.AsMemory(_count));
        for (var i = 0; i < table.Count; i++)
        {
            _states[_count + i] = StateOf(table.StateNames[table.States.Span[i]]);
        }

        AddWords(_facets, _facetNames, table.Facets, table.FacetNames);
        AddWords(_categories, _categoryNames, table.Categories, table.CategoryNames);
        var statistics = new[] { table.Precisions, table.Recalls, table.F1s, table.Lifts, table.Zs, table.Qs, table.CosinesPrevious, table.CosinesFirst };
        for (var i = 0; i < statistics.Length; i++)
        {
            _statistics[i].Add(statistics[i]);
        }

        var contexts = table.TopContexts;
        var offsets = contexts.Offsets.Span;
        var (first, added) = (offsets[0], offsets[^1] - offsets[0]);
        MakeRoom(added);
        contexts.Documents.Slice(first, added).CopyTo(_documents.AsMemory(_contexts));
        contexts.Positions.Slice(first, added).CopyTo(_positions.AsMemory(_contexts));
        contexts.Activations.Slice(first, added).CopyTo(_activations.AsMemory(_contexts));
        for (var i = 1; i < offsets.Length; i++)
        {
            _offsets[_count + i] = _contexts + offsets[i] - first;
        }

        _contexts += added;
        _count += table.Count;
    }

    /// <summary>The table.</summary>
    /// <exception cref="InvalidOperationException">Fewer rows were added than were announced.</exception>
    public FeatureColumns Build() => _count == count
        ? new FeatureColumns
        {
            Layers = _layers,
            Features = _features,
            Firings = _firings,
            Densities = _densities,
            MeanActivations = _means,
            MaxActivations = _maxima,
            States = _states,
            StateNames = _stateNames,
            Facets = _facets.Build(),
            FacetNames = _facetNames.Words,
            Categories = _categories.Build(),
            CategoryNames = _categoryNames.Words,
            Precisions = _statistics[0].Build(),
            Recalls = _statistics[1].Build(),
            F1s = _statistics[2].Build(),
            Lifts = _statistics[3].Build(),
            Zs = _statistics[4].Build(),
            Qs = _statistics[5].Build(),
            CosinesPrevious = _statistics[6].Build(),
            CosinesFirst = _statistics[7].Build(),
            TopContexts = new ContextColumns(_offsets, _documents.AsMemory(0, _contexts), _positions.AsMemory(0, _contexts), _activations.AsMemory(0, _contexts)),
        }
        : throw new InvalidOperationException($"{_count} of {count} rows were added");

    private static void AddWords(OptionalValuesBuilder<int> column, WordOrder order, OptionalValues<int> places, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            order.Translate(places.Values.Span, words, column.Free);
        }

        column.AddBits(places);
    }

    private int StateOf(FeatureState state)
    {
        var place = _stateNames.IndexOf(state);
        if (place < 0)
        {
            place = _stateNames.Count;
            _stateNames.Add(state);
        }

        return place;
    }

    private void MakeRoom(int contexts)
    {
        if (_contexts + contexts > _documents.Length)
        {
            var length = Math.Max(_contexts + contexts, 2 * _documents.Length);
            Array.Resize(ref _documents, length);
            Array.Resize(ref _positions, length);
            Array.Resize(ref _activations, length);
        }
    }
}
