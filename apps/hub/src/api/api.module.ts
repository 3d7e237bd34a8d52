import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { BackfillsController } from './backfills/backfills.controller.js';
import { ChangesController } from './changes/changes.controller.js';
import { ConflictsController } from './conflicts/conflicts.controller.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { AttemptsController, DeliveriesController } from './deliveries/deliveries.controller.js';
import { API_DEPENDENCIES } from './dependencies.js';
import type { ApiDependencies } from './dependencies.js';
import { EraseRecordController } from './erasures/erase-record.controller.js';
import { ErasuresController } from './erasures/erasures.controller.js';
import { ErrorPageController } from './docs/error-page.controller.js';
import { serveDescription } from './docs/serve-description.js';
import { FlowsController } from './flows/flows.controller.js';
import { FlowMatchingController } from './identity/flow-matching.controller.js';
import { IdentityReviewsController } from './identity/identity-reviews.controller.js';
import { RecordMergesController } from './identity/record-merges.controller.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { Door, hangDoor, KeyGuard } from './http/door.js';
import { IdempotencyInterceptor } from './http/idempotency.js';
import { ProblemFilter } from './http/problem-filter.js';
import { registerJsonParser } from './http/register-json-parser.js';
import { MappingToolsController } from './mappings/mapping-tools.controller.js';
import { MappingsController } from './mappings/mappings.controller.js';
import { DeleteBrakesController } from './delete-brakes/delete-brakes.controller.js';
import { ReconcileRunsController } from './reconcile-runs/reconcile-runs.controller.js';
import { UndeleteController } from './records/undelete.controller.js';
import { RecordsController } from './records/records.controller.js';
import { MappingRunsController } from './stream-mappings/mapping-runs.controller.js';
import { StreamMappingsController } from './stream-mappings/stream-mappings.controller.js';
import { StatusReader } from './status/status-reader.js';
import { StatusController } from './status/status.controller.js';
import { UndoController } from './undo/undo.controller.js';

/** HTTP API v1, health, metrics and their description. */
@Module({})
export class ApiModule {
  /** Makes the module over what the running hub hands in. */
  static register(deps: ApiDependencies): DynamicModule {
    return {
      module: ApiModule,
      providers: [
        { provide: API_DEPENDENCIES, useValue: deps },
        { provide: APP_FILTER, useClass: ProblemFilter },
        Door,
        KeyGuard,
        IdempotencyInterceptor,
        StatusReader,
      ],
      controllers: [
        StatusController,
        ConnectionsController,
        FlowsController,
        RecordMergesController,
        RecordsController,
        FlowMatchingController,
        IdentityReviewsController,
        ChangesController,
        DeliveriesController,
        AttemptsController,
        DeadLettersController,
        ConflictsController,
        // Before the versions, whose address ends in an id.
        MappingToolsController,
        MappingsController,
        StreamMappingsController,
        MappingRunsController,
        ReconcileRunsController,
        DeleteBrakesController,
        UndeleteController,
        EraseRecordController,
        ErasuresController,
        BackfillsController,
        UndoController,
        AuditController,
        ApiKeysController,
        HealthController,
        MetricsController,
        ErrorPageController,
      ],
    };
  }
}

/**
 * Sets up what lies before the routes; call once after the application is created and before it starts or registers other plugins: the door
 * that wants an API key, how bodies are read, and the description of the API. Without it every address of the API answers 401.
 */
export function prepareApi(app: NestFastifyApplication): void {
  hangDoor(app);
  registerJsonParser(app);
  serveDescription(app, app.get<ApiDependencies>(API_DEPENDENCIES).version);
}
