/* Quantize, dequantize, the rectifier and add: chunks that fit the smaller bank, the output's lines dropped before and after. */
#include "elementwise.h"

static int run(chunk_operator *o)
{
    chunks_write_back_inputs(o);
    chunks_invalidate_output(o);
    chunks_in_turn(o);
    chunks_invalidate_output(o);
    return 0;
}

static int bank_bytes(int bank) { return bank == 0 ? IDMA_BUFFER_SIZE_DRAM0 : IDMA_BUFFER_SIZE_DRAM1; }
static int smaller_bank(void) { return smaller(bank_bytes(0), bank_bytes(1)); }

int sample_quantize(const tp_quantize *call)
{
    chunk_operator o = quantize_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = smaller_bank() / 5;
    for (int bank = 0; bank < 2; bank++) {
        chunk_place(&o, bank, bank, 0, 0, bank_bytes(bank) * 4 / 5);
    }
    return run(&o);
}

int sample_dequantize(const tp_dequantize *call)
{
    chunk_operator o = dequantize_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = smaller_bank() / 5;
    for (int bank = 0; bank < 2; bank++) {
        chunk_place(&o, bank, bank, 0, 0, bank_bytes(bank) / 5);
    }
    return run(&o);
}

int sample_relu(const tp_relu *call)
{
    chunk_operator o = relu_operator(call);
    if (!chunks_use_banks(&o)) {
        return chunks_direct(&o);
    }
    o.chunk = smaller_bank() / 2;
    for (int bank = 0; bank < 2; bank++) {
        chunk_place(&o, bank, bank, 0, 0, bank_bytes(bank) / 2);
    }
    return run(&o);
}

static void compute_add(const void *call, const void *first, const void *second, void *output, int elements)
{
    (void)call;
    rvaddf_any(output, first, second, elements);
}

int sample_add(const tp_add *call)
{
    chunk_operator o = add_operator(call, compute_add);
    if (!chunks_use_banks(&o) || call->elements % 2 != 0) {
        return chunks_direct(&o);
    }
    o.chunk = add_part(smaller_bank()) / (int)sizeof(float);
    for (int bank = 0; bank < 2; bank++) {
        int part = add_part(bank_bytes(bank));
        chunk_place(&o, bank, bank, 0, part, 2 * part);
    }
    return run(&o);
}
