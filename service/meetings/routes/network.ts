import { success } from '../../json-schema.ts';
import { lastReport, saveReport } from '../network.ts';
import { adviseOnNetwork } from '../network-advice.ts';
import { meetingId, networkAdvice, networkReport } from '../schemas.ts';
import type { Dependencies, Routes } from './typed.ts';

export function networkRoutes(app: Routes, { pool, announce, limits }: Dependencies) {
  app.post(
    '/:id/network/quality',
    {
      onRequest: limits.quality,
      schema: {
        summary: 'Report your network, get advice',
        params: meetingId,
        body: networkReport,
        response: { 200: success(networkAdvice) },
      },
    },
    async (request) => {
      const seat = { meetingId: request.params.id, userId: request.userId };
      await saveReport(pool, seat, request.body);
      const recommendations = adviseOnNetwork(request.body);
      if (recommendations.enableAudioPriority) {
        announce('meeting:network-quality-update', seat, { recommendations });
      }
      return { success: true, data: recommendations };
    },
  );

  app.get(
    '/:id/network/recommendations',
    {
      onRequest: limits.read,
      schema: {
        summary: 'The advice for your last report',
        params: meetingId,
        response: { 200: success(networkAdvice) },
      },
    },
    async (request) => {
      const report = await lastReport(pool, { meetingId: request.params.id, userId: request.userId });
      return { success: true, data: adviseOnNetwork(report) };
    },
  );
}
